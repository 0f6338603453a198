using System.Text.Json;
using Marketplace.Audit;
using Marketplace.Audit.Views;
using Marketplace.Sellers;

namespace Marketplace.Grains.Audit;

/// <summary>Makes the webhook's message of a notification: the same bytes for every attempt.</summary>
internal static class WebhookMessages
{
    /// <summary>The message of a fact for one seller; null if sellers are not told of it.</summary>
    public static WebhookMessage? Of(SellerId seller, AuditItem item) => NotificationTexts.Of(item.Fact) is { } text
        ? new WebhookMessage(
            FormattableString.Invariant($"{seller}.{item.Position}"),
            EntityViews.Json(writer =>
            {
                writer.WriteString("type", NotificationTexts.KindOf(item.Fact));
                writer.WriteString("timestamp", item.Fact.At);
                writer.WriteStartObject("data");
                writer.WriteString("id", FormattableString.Invariant($"{item.Position}"));
                writer.WriteString("seller", seller.Value);
                writer.WriteString("installation", NotificationTexts.InstallationOf(item.Fact));
                WriteText(writer, text);
                writer.WriteEndObject();
            }))
        : null;

    private static void WriteText(Utf8JsonWriter writer, BilingualText text)
    {
        writer.WriteStartObject("text");
        writer.WriteString("zh", text.Zh);
        writer.WriteString("en", text.En);
        writer.WriteEndObject();
    }
}

using System.Text.Json;
using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Marketplace.Journal.Views;
using Marketplace.Sellers;

namespace Marketplace.Grains.Journal;

/// <summary>
/// Makes the webhook message of a notification: the same bytes for every attempt, unless its plugin is renamed in between.
/// </summary>
internal static class WebhookMessages
{
    /// <summary>The message of a fact for one seller.</summary>
    /// <param name="seller">The recipient.</param>
    /// <param name="item">The fact and its position.</param>
    /// <param name="text">The notification's text.</param>
    public static WebhookMessage Of(SellerId seller, AuditItem item, BilingualText text) =>
        new(
            FormattableString.Invariant($"{seller}.{item.Position}"),
            EntityViews.Json(writer =>
            {
                writer.WriteString("type", NotificationTexts.KindOf(item.Fact));
                writer.WriteString("timestamp", item.Fact.At);
                writer.WriteStartObject("data");
                writer.WriteString("id", FormattableString.Invariant($"{item.Position}"));
                writer.WriteString("seller", seller.Value);
                writer.WriteString("installation", NotificationTexts.InstallationOf(item.Fact, seller));
                WriteText(writer, text);
                writer.WriteEndObject();
            })
        );

    private static void WriteText(Utf8JsonWriter writer, BilingualText text)
    {
        writer.WriteStartObject("text");
        writer.WriteString("zh", text.Zh);
        writer.WriteString("en", text.En);
        writer.WriteEndObject();
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Enforcement;
using Marketplace.Sellers;

namespace Marketplace.Journal;

/// <summary>
/// Notification texts for facts: the kind is the key in the resource files, and a text's placeholders name what <see cref="FactWords"/>
/// knows. A kind without a text of its own gets a general one, unless it is <see cref="NotificationKinds.Silent"/>.
/// </summary>
public static class NotificationTexts
{
    private const string Unlisted = "unlisted";
    private const string PriceKind = $"plugin.{PriceAnnounced.FactType}";

    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(NotificationTexts));

    /// <summary>The kinds that have a text of their own or are silent.</summary>
    public static IEnumerable<string> Kinds => Texts.Keys.Where(key => key != Unlisted).Concat(NotificationKinds.Silent);

    /// <summary>Kind of entity and fact, for example <c>installation.paused</c>.</summary>
    public static string KindOf(JournalFact fact) => $"{fact.Entity.Split('/')[0]}.{fact.Type}";

    /// <summary>The text for a fact; null for none.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="pluginName">The display name of the plugin of <see cref="PluginOf"/>; null to show its id.</param>
    public static BilingualText? Of(JournalFact fact, string? pluginName = null)
    {
        var kind = KindOf(fact);
        if (NotificationKinds.Silent.Contains(kind))
        {
            return null;
        }

        if (!Texts.Contains(kind))
        {
            return Texts.Format(Unlisted, ("entity", fact.Entity), ("type", fact.Type));
        }

        var text = Texts.Format(kind, new FactWords(fact, pluginName).ValueOf);
        return new BilingualText(LocalTimes.Replace(text.Zh, true, fact.At), LocalTimes.Replace(text.En, false, fact.At));
    }

    /// <summary>The fact's installation, as <c>S/P</c>; null without one.</summary>
    public static string? InstallationOf(JournalFact fact) =>
        fact.Entity.Split('/') is ["installation" or "risk" or "diagnosis" or "delivery" or "usage", var seller, var plugin]
            ? $"{seller}/{plugin}"
            : null;

    /// <summary>The installation of a seller that the fact concerns, as <c>S/P</c>; null without one.</summary>
    public static string? InstallationOf(JournalFact fact, SellerId seller) =>
        ConcernedPlugin(fact) is { } plugin ? $"{seller}/{plugin}" : InstallationOf(fact);

    /// <summary>The plugin about which all its sellers are notified; null for a fact of another entity, or one without a text.</summary>
    public static PluginId? ConcernedPlugin(JournalFact fact) =>
        fact.Entity.Split('/') is ["plugin", var plugin] && Texts.Contains(KindOf(fact)) ? PluginId.Parse(plugin, null) : null;

    /// <summary>Where the reader finds more: for prices the plugin's page in the catalogue; null for nothing.</summary>
    /// <param name="kind">The notification's kind.</param>
    /// <param name="installation">Its installation.</param>
    public static string? LinkOf(string kind, string? installation) =>
        kind == PriceKind && installation?.Split('/') is [_, var plugin] ? $"/catalogue/v1/plugins/{plugin}" : null;

    /// <summary>The id of the plugin that the text may name; null without a text or a plugin.</summary>
    public static string? PluginOf(JournalFact fact) => Texts.Contains(KindOf(fact)) ? new FactWords(fact, null).PluginId : null;

    /// <summary>
    /// The kinds replaced by this one while an unread notification of the same installation: what a plugin can cause at will must not
    /// displace a seller's other notifications. Empty for other kinds. The trail keeps each fact.
    /// </summary>
    public static ImmutableArray<string> ReplacedBy(string kind) =>
        [.. NotificationKinds.Repeatable.Where(group => group.Contains(kind)).SelectMany(group => group)];

    /// <summary>The one shop that a fact of an enterprise concerns; null if it concerns all of them.</summary>
    public static SellerId? OnlyFor(JournalFact fact) =>
        SellerId.TryParse(new FactWords(fact, null)["seller"], null, out var seller) ? seller : null;
}

/// <summary>The values of a fact that a text may use.</summary>
internal sealed class FactWords(JournalFact fact, string? pluginName)
{
    private JsonElement? _payload;

    /// <summary>The plugin's display name.</summary>
    public string Plugin => pluginName ?? PluginId ?? fact.Entity;

    /// <summary>The plugin of the installation, or the one the fact names; null without one.</summary>
    public string? PluginId =>
        fact.Entity.Split('/') is [_, _, var plugin] ? plugin
        : fact.Entity.Split('/') is ["plugin", var own] ? own
        : this["plugin"] is { Length: > 0 } named ? named
        : null;

    /// <summary>A member of the payload as text; lists joined by commas; empty if absent.</summary>
    public string this[string member] =>
        Payload.ValueKind == JsonValueKind.Object && Payload.TryGetProperty(member, out var value) ? Text(value) : string.Empty;

    /// <summary>The value of a text's placeholder: one of those below, or a member of the payload.</summary>
    public object? ValueOf(string placeholder) =>
        placeholder switch
        {
            "plugin" => Plugin,
            "scopes" or "grants" => Scopes(placeholder),
            "price_change" => PriceChangeTexts.Of(this["rises"]),
            "block_kind" => PluginBlockTexts.Of(this["kind"]),
            "advice" => new BilingualText(this["advice_zh"], this["advice_en"]),
            "park_reason" => ParkReasonTexts.Of(this["reason"]),
            // Claims of earlier releases have no currency and are in CNY.
            "currency" => this[placeholder] is { Length: > 0 } currency ? currency : Money.BillingCurrency,
            _ => this[placeholder],
        };

    /// <summary>A member that lists scopes, by display names.</summary>
    private BilingualText Scopes(string member) => BilingualText.List([.. Items(member).Select(scope => ScopeCatalogue.Of(scope).Name)]);

    private IEnumerable<string> Items(string member) =>
        Payload.ValueKind == JsonValueKind.Object && Payload.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray().Select(Text)
            : [];

    private JsonElement Payload => _payload ??= Parse(fact.Payload);

    private static string Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => string.Empty,
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(Text)),
            _ => value.GetRawText(),
        };

    private static JsonElement Parse(ReadOnlyMemory<byte> payload)
    {
        try
        {
            using var document = JsonDocument.Parse(payload);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Catalogue;
using Marketplace.Sellers;

namespace Marketplace.Journal;

/// <summary>
/// Notification texts for facts. The table below is keyed by <see cref="KindOf"/>; an unlisted kind gets the default text, and a kind with
/// null is not notified (it is in the trail all the same).
/// </summary>
public static class NotificationTexts
{
    private static readonly FrozenDictionary<string, Func<FactWords, BilingualText>?> Table = new[]
    {
        InstallationNotices.Rows,
        EnterpriseNotices.Rows,
        RiskNotices.Rows,
        DeliveryNotices.Rows,
        ClaimNotices.Rows,
        OtherNotices.Rows,
    }
        .SelectMany(rows => rows)
        .ToFrozenDictionary(row => row.Kind, row => row.Say, StringComparer.Ordinal);

    /// <summary>The kinds with a row of their own.</summary>
    public static IEnumerable<string> Kinds => Table.Keys;

    /// <summary>Kind of entity and fact, for example <c>installation.paused</c>.</summary>
    public static string KindOf(JournalFact fact) => $"{fact.Entity.Split('/')[0]}.{fact.Type}";

    /// <summary>The text for a fact; null for none.</summary>
    /// <param name="fact">The fact.</param>
    /// <param name="pluginName">The display name of the plugin of <see cref="PluginOf"/>; null to show its id.</param>
    public static BilingualText? Of(JournalFact fact, string? pluginName = null)
    {
        var words = new FactWords(fact, pluginName);
        return Table.TryGetValue(KindOf(fact), out var say)
            ? say?.Invoke(words) is { } text
                ? new BilingualText(LocalTimes.Replace(text.Zh, true, fact.At), LocalTimes.Replace(text.En, false, fact.At))
                : null
            : new BilingualText($"{fact.Entity} 发生变更：{fact.Type}。", $"{fact.Entity} changed: {fact.Type}.");
    }

    /// <summary>The fact's installation, as <c>S/P</c>; null without one.</summary>
    public static string? InstallationOf(JournalFact fact) =>
        fact.Entity.Split('/') is ["installation" or "risk" or "diagnosis" or "delivery", var seller, var plugin]
            ? $"{seller}/{plugin}"
            : null;

    /// <summary>The id of the plugin that the text may name; null without a text or a plugin.</summary>
    public static string? PluginOf(JournalFact fact) =>
        Table.GetValueOrDefault(KindOf(fact)) is null ? null : new FactWords(fact, null).PluginId;

    /// <summary>
    /// The kinds replaced by this one while an unread notification of the same installation: what a plugin can cause at will must not
    /// displace a seller's other notifications. Empty for other kinds. The trail keeps each fact.
    /// </summary>
    public static ImmutableArray<string> ReplacedBy(string kind) =>
        [.. DeliveryNotices.Repeatable.Where(group => group.Contains(kind)).SelectMany(group => group)];

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
        : this["plugin"] is { Length: > 0 } named ? named
        : null;

    /// <summary>A member of the payload as text; lists joined by commas; empty if absent.</summary>
    public string this[string member] =>
        Payload.ValueKind == JsonValueKind.Object && Payload.TryGetProperty(member, out var value) ? Text(value) : string.Empty;

    /// <summary>A separator and a member's text; empty if the member is absent.</summary>
    public string After(string separator, string member) => Joined(separator, this[member]);

    /// <summary>A separator and a text; empty if the text is empty.</summary>
    public static string Joined(string separator, string text) => text.Length > 0 ? separator + text : string.Empty;

    /// <summary>A member that lists scopes, by display names.</summary>
    public BilingualText Scopes(string member)
    {
        var named = Items(member).Select(scope => ScopeCatalogue.Of(scope).Name).ToArray();
        return new BilingualText(string.Join('、', named.Select(name => name.Zh)), string.Join(", ", named.Select(name => name.En)));
    }

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

using System.Collections.Frozen;
using System.Text.Json;
using Marketplace.Sellers;

namespace Marketplace.Audit;

/// <summary>
/// What sellers are told of a fact. The table below is by <see cref="KindOf"/>; a kind that is not in it gets the default text, and one with
/// null is not worth a seller's attention (it is in the trail all the same).
/// </summary>
public static class NotificationTexts
{
    private static readonly FrozenDictionary<string, Func<FactWords, BilingualText>?> Table =
        new[] { InstallationNotices.Rows, EnterpriseNotices.Rows, RiskNotices.Rows, DeliveryNotices.Rows, OtherNotices.Rows }
            .SelectMany(rows => rows)
            .ToFrozenDictionary(row => row.Kind, row => row.Say, StringComparer.Ordinal);

    /// <summary>The kinds that have a row of their own.</summary>
    public static IEnumerable<string> Kinds => Table.Keys;

    /// <summary>Kind of entity and fact, for example <c>installation.paused</c>.</summary>
    public static string KindOf(JournalFact fact) => $"{fact.Entity.Split('/')[0]}.{fact.Type}";

    /// <summary>What is said of a fact; null if nothing.</summary>
    public static BilingualText? Of(JournalFact fact)
    {
        var words = new FactWords(fact);
        return Table.TryGetValue(KindOf(fact), out var say)
            ? say?.Invoke(words)
            : new BilingualText($"{fact.Entity} 发生变更：{fact.Type}。", $"{fact.Entity} changed: {fact.Type}.");
    }

    /// <summary>The installation a fact is about, as <c>S/P</c>; null if it is about none.</summary>
    public static string? InstallationOf(JournalFact fact) => fact.Entity.Split('/') is ["installation" or "risk" or "diagnosis" or "delivery", var seller, var plugin]
        ? $"{seller}/{plugin}"
        : null;

    /// <summary>The one shop that a fact of an enterprise is for; null if it is for all of them.</summary>
    public static SellerId? OnlyFor(JournalFact fact) => SellerId.TryParse(new FactWords(fact)["seller"], null, out var seller) ? seller : null;
}

/// <summary>The words of a fact that a text may use.</summary>
internal sealed class FactWords(JournalFact fact)
{
    private JsonElement? _payload;

    /// <summary>The plugin of an installation.</summary>
    public string Plugin => fact.Entity.Split('/') is [_, _, var plugin] ? plugin : fact.Entity;

    /// <summary>A member of the payload as text; lists joined by commas; empty if it is not there.</summary>
    public string this[string member] => Payload.ValueKind == JsonValueKind.Object && Payload.TryGetProperty(member, out var value) ? Text(value) : string.Empty;

    /// <summary>A member's text after a separator; nothing if it is not there.</summary>
    public string After(string separator, string member) => this[member] is { Length: > 0 } text ? separator + text : string.Empty;

    private JsonElement Payload => _payload ??= Parse(fact.Payload);

    private static string Text(JsonElement value) => value.ValueKind switch
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

using System.Collections.Immutable;
using System.Globalization;

namespace Marketplace;

/// <summary>
/// One kind of fact in <see cref="Refusal.Evidence"/>, which holds texts because it is shown and crosses the wire as such: the fact's name,
/// and how its value is written there and read again.
/// </summary>
/// <param name="Name">As in problem documents.</param>
/// <param name="Write">Writes a value as text.</param>
/// <param name="Read">Reads what <paramref name="Write"/> wrote.</param>
public sealed record RefusalFact<T>(string Name, Func<T, string> Write, Func<string, T> Read)
{
    /// <summary>The fact with a value.</summary>
    public KeyValuePair<string, string> Of(T value) => new(Name, Write(value));
}

/// <summary>Makes the evidence of refusals, and the kinds of facts in it.</summary>
public static class RefusalFact
{
    /// <summary>The evidence that these facts are.</summary>
    public static IReadOnlyDictionary<string, string> All(params ReadOnlySpan<KeyValuePair<string, string>> facts) => Add([], facts);

    /// <summary>The evidence that these facts are with what is known already; of two with the same name the new one holds.</summary>
    public static IReadOnlyDictionary<string, string> All(
        IReadOnlyDictionary<string, string> known,
        params ReadOnlySpan<KeyValuePair<string, string>> facts
    ) => Add(new Dictionary<string, string>(known), facts);

    internal static RefusalFact<string> Text(string name) => new(name, static text => text, static text => text);

    internal static RefusalFact<DateTimeOffset> Instant(string name) =>
        new(
            name,
            static at => at.ToString("O", CultureInfo.InvariantCulture),
            static text => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)
        );

    internal static RefusalFact<decimal> Number(string name) =>
        new(
            name,
            static number => number.ToString(CultureInfo.InvariantCulture),
            static text => decimal.Parse(text, CultureInfo.InvariantCulture)
        );

    internal static RefusalFact<ImmutableArray<string>> Set(string name, string separator = " ") =>
        new(name, items => string.Join(separator, items), text => text.Length == 0 ? [] : [.. text.Split(separator)]);

    private static Dictionary<string, string> Add(Dictionary<string, string> evidence, ReadOnlySpan<KeyValuePair<string, string>> facts)
    {
        foreach (var (name, text) in facts)
        {
            evidence[name] = text;
        }

        return evidence;
    }
}

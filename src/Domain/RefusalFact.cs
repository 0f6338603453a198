using System.Collections.Immutable;
using System.Globalization;

namespace Marketplace;

/// <summary>
/// One kind of fact in <see cref="Refusal.Evidence"/>, which contains texts because it is shown and serialized as such: the fact's name,
/// and how its value is written and parsed.
/// </summary>
/// <param name="Name">The name in problem documents.</param>
/// <param name="Write">Writes a value as text.</param>
/// <param name="Read">Parses the output of <paramref name="Write"/>.</param>
public sealed record RefusalFact<T>(string Name, Func<T, string> Write, Func<string, T> Read)
{
    /// <summary>The fact with a value.</summary>
    public KeyValuePair<string, string> Of(T value) => new(Name, Write(value));
}

/// <summary>Builds the evidence of refusals.</summary>
public static class RefusalFact
{
    /// <summary>Evidence with these facts.</summary>
    public static IReadOnlyDictionary<string, string> All(params ReadOnlySpan<KeyValuePair<string, string>> facts) => Add([], facts);

    /// <summary>Adds facts to existing evidence; a new fact replaces one with the same name.</summary>
    public static IReadOnlyDictionary<string, string> All(
        IReadOnlyDictionary<string, string> known,
        params ReadOnlySpan<KeyValuePair<string, string>> facts
    ) => Add(new Dictionary<string, string>(known), facts);

    internal static RefusalFact<string> Text(string name) => new(name, static text => text, static text => text);

    internal static RefusalFact<T> Value<T>(string name)
        where T : struct, ITextValue<T> => new(name, static value => value.Value, static text => T.FromStored(text));

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

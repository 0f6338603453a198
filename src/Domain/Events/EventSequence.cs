using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Privacy;

namespace Marketplace.Events;

/// <summary>
/// The CloudEvents extension <c>sequence</c>: a source's order of events of one instant. Numbers compare as numbers, everything else as
/// text.
/// </summary>
public static class EventSequence
{
    /// <summary>The attribute's name.</summary>
    public const string Name = "sequence";

    /// <summary>Maximum length honoured, in characters.</summary>
    public const int MaxLength = 64;

    /// <summary>The attribute of an event; null if it is missing or not comparable.</summary>
    public static string? Of(JsonElement @event)
    {
        if (!@event.TryGetProperty(Name, out var value))
        {
            return null;
        }

        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => null,
        };
        return text is { Length: > 0 and <= MaxLength } && text.All(c => c is > ' ' and <= '~') && PrivateDataScan.FindInId(text) is null
            ? text
            : null;
    }

    /// <summary>A total order: none, then whole numbers, then other texts.</summary>
    public static int Compare(string? one, string? other)
    {
        var (mine, theirs) = (Rank(one), Rank(other));
        if (mine != theirs || one is null || other is null)
        {
            return mine.CompareTo(theirs);
        }

        if (mine == 1)
        {
            (one, other) = (one.TrimStart('0'), other.TrimStart('0'));
            if (one.Length != other.Length)
            {
                return one.Length.CompareTo(other.Length);
            }
        }

        return string.CompareOrdinal(one, other);
    }

    /// <summary>
    /// Sorts a batch's events of one subject and instant by their sequence. They swap positions only among themselves, so that the feed's
    /// order is their order of effect.
    /// </summary>
    public static ImmutableArray<T> Arrange<T>(ImmutableArray<T> events, Func<T, EventEnvelope> envelopeOf)
    {
        ArgumentNullException.ThrowIfNull(envelopeOf);
        var arranged = events.ToArray();
        var ties = Enumerable.Range(0, events.Length).GroupBy(i => (envelopeOf(events[i]).Subject, envelopeOf(events[i]).Time));
        foreach (var tie in ties.Where(tie => tie.Any(i => envelopeOf(events[i]).Sequence is not null)))
        {
            var sorted = tie.OrderBy(i => envelopeOf(events[i]).Sequence, Comparer<string?>.Create(Compare));
            foreach (var (place, from) in tie.Zip(sorted))
            {
                arranged[place] = events[from];
            }
        }

        return [.. arranged];
    }

    private static int Rank(string? text) =>
        text is null ? 0
        : text.All(char.IsAsciiDigit) ? 1
        : 2;
}

using System.Collections.Immutable;

namespace Marketplace.Diagnostics;

/// <summary>
/// Number of errors per code in each minute of the last hour. The log keeps a bounded number of errors, so counting its entries is wrong
/// for a plugin that fails in a loop.
/// </summary>
public sealed class ErrorTally
{
    private const long Span = 60;

    private readonly SortedDictionary<long, Dictionary<string, long>> _minutes = [];

    public ErrorTally(IEnumerable<MinuteErrors> minutes)
    {
        ArgumentNullException.ThrowIfNull(minutes);
        foreach (var known in minutes)
        {
            Add(known.Minute, known.Code, known.Count);
        }
    }

    /// <summary>Counts an error; one stamped by a clock that is ahead counts as of now.</summary>
    public void Add(ErrorEntry error, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(error);
        var minute = Math.Min(MinuteOf(error.At), MinuteOf(now));
        Add(minute, error.Code, 1);
        while (_minutes.Count > 0 && _minutes.Keys.First() is var oldest && oldest < MinuteOf(now) - Span)
        {
            _minutes.Remove(oldest);
        }
    }

    /// <summary>The errors by code of the whole minutes that begin in the hour after an instant.</summary>
    public ImmutableSortedDictionary<string, long> Since(DateTimeOffset from)
    {
        var first = MinuteOf(from) + 1;
        return _minutes
            .Where(minute => minute.Key >= first && minute.Key < first + Span)
            .SelectMany(minute => minute.Value)
            .GroupBy(code => code.Key, code => code.Value)
            .ToImmutableSortedDictionary(code => code.Key, code => code.Sum(), StringComparer.Ordinal);
    }

    /// <summary>All counts, for storage.</summary>
    public IEnumerable<MinuteErrors> Minutes() =>
        _minutes.SelectMany(minute => minute.Value.Select(code => new MinuteErrors(minute.Key, code.Key, code.Value)));

    private static long MinuteOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;

    private void Add(long minute, string code, long count)
    {
        if (!_minutes.TryGetValue(minute, out var codes))
        {
            _minutes[minute] = codes = new Dictionary<string, long>(StringComparer.Ordinal);
        }

        codes[code] = codes.GetValueOrDefault(code) + count;
    }
}

/// <summary>Errors of one code in one minute.</summary>
/// <param name="Minute">Minutes since the Unix epoch.</param>
/// <param name="Code">Problem code.</param>
/// <param name="Count">Number of errors.</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.minute-errors")]
public readonly record struct MinuteErrors([property: Id(0)] long Minute, [property: Id(1)] string Code, [property: Id(2)] long Count);

using System.Data.Common;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Targets;

namespace Marketplace.Benchmarks.Reporting;

/// <summary>Everything that one run measured.</summary>
internal sealed class RunHistory
{
    private readonly Dictionary<string, List<Measurement>> _rounds = [];

    /// <summary>Machine and versions.</summary>
    public List<(string Name, string Value)> Facts { get; } = [];

    /// <summary>Set-ups in the order of their letters.</summary>
    public List<Target> Targets { get; } = [];

    /// <summary>Figures in the order of the goals.</summary>
    public List<Figure> Figures { get; } = [];

    /// <summary>Lines on how figures came about, and on what went wrong.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>True when a part could not be measured; the notes say which.</summary>
    public bool Failed { get; private set; }

    /// <summary>Runs one part; what goes wrong in it is noted and leaves the other parts alone.</summary>
    /// <returns>True when the part ran to its end.</returns>
    public async Task<bool> Attempt(string part, Func<Task> measure)
    {
        try
        {
            await measure();
            return true;
        }
        catch (Exception failure)
            when (failure is InvalidOperationException or HttpRequestException or IOException or DbException or KeyNotFoundException)
        {
            Failed = true;
            await Console.Error.WriteLineAsync($"{part}: {failure.Message}");

            // A report may be committed: the rest of the message may name this machine's folders.
            Notes.Add($"**Not measured: {part}: {failure.Message.Split('\n')[0].TrimEnd(':')}**");
            return false;
        }
    }

    public void Add(string key, Measurement measurement)
    {
        if (!_rounds.TryGetValue(key, out var rounds))
        {
            _rounds[key] = rounds = [];
        }

        rounds.Add(measurement);
    }

    public IReadOnlyList<Measurement> Rounds(string key) => _rounds.GetValueOrDefault(key) ?? [];

    /// <summary>Median rate of good answers, or NaN when the set-up did not run.</summary>
    public double Rate(string key) => Spread.Of(Rounds(key).Select(round => round.Load.Rate)).Median;

    /// <summary>Rate of one set-up over another's, taken round by round (both ran within the same minute), then the median.</summary>
    public double Ratio(string key, string other) =>
        Spread.Of(Rounds(key).Zip(Rounds(other), (ours, theirs) => ours.Load.Rate / theirs.Load.Rate)).Median;
}

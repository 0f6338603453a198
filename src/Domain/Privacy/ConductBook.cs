using System.Collections.Immutable;
using Marketplace.Installations;

namespace Marketplace.Privacy;

/// <summary>
/// What was found against one plugin: the fold of its findings, and the rule which of the next ones is noted. The same kind, operation and
/// installation is noted at most once in an hour, so that nobody can have the journal written by sending the same again.
/// </summary>
public sealed class ConductBook
{
    /// <summary>So many findings are listed; older ones are in the journal.</summary>
    public const int Kept = 1_000;

    private readonly Dictionary<(string Kind, string Operation, InstallationId Installation), Last> _last = [];
    private readonly Queue<ConductFinding> _findings = new();
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>How long one finding stands for all of the same.</summary>
    public static TimeSpan Apart { get; } = TimeSpan.FromHours(1);

    /// <summary>Findings by kind, those that were not noted one by one included as far as a later one has told of them.</summary>
    public ImmutableSortedDictionary<string, long> Counts => _counts.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The finding to note; null if one of the last hour stands for it, which remembers that it came.</summary>
    public ConductFinding? Decide(PrivateDataFound found, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (_last.TryGetValue(KeyOf(found), out var last) && now - last.At < Apart)
        {
            last.Unnoted++;
            return null;
        }

        return new ConductFinding(found, last?.Unnoted ?? 0, now);
    }

    /// <summary>Folds a noted finding.</summary>
    public void Apply(ConductFinding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        _last[KeyOf(finding.Found)] = new Last(finding.At);
        _counts[finding.Found.Kind] = _counts.GetValueOrDefault(finding.Found.Kind) + 1 + finding.Unnoted;
        _findings.Enqueue(finding);
        if (_findings.Count > Kept)
        {
            _findings.Dequeue();
        }
    }

    /// <summary>The last findings, newest first.</summary>
    public IEnumerable<ConductFinding> Newest(string? kind) =>
        _findings.Reverse().Where(finding => kind is null || finding.Found.Kind == kind);

    private static (string Kind, string Operation, InstallationId Installation) KeyOf(PrivateDataFound found) =>
        (found.Kind, found.Operation, found.Installation);

    private sealed class Last(DateTimeOffset at)
    {
        public DateTimeOffset At => at;

        public long Unnoted { get; set; }
    }
}

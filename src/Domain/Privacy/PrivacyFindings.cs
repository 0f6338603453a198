using System.Collections.Immutable;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Privacy;

/// <summary>
/// The findings against one plugin: the fold of its findings, and the rule for recording new ones. Records the same kind, operation and
/// installation at most once an hour, so that repeated calls cannot flood the journal.
/// </summary>
public sealed class PrivacyFindings
{
    /// <summary>Findings listed; older ones are in the journal.</summary>
    public const int Kept = 1_000;

    private readonly Dictionary<(string Kind, OperationName Operation, InstallationId Installation), Last> _last = [];
    private readonly Queue<PrivacyFinding> _findings = new();
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>How long a recorded finding covers further ones of its kind.</summary>
    public static TimeSpan Apart { get; } = TimeSpan.FromHours(1);

    /// <summary>Findings by kind, including those not recorded individually, as counted by later ones.</summary>
    public ImmutableSortedDictionary<string, long> Counts => _counts.ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The finding to record; null if one of the last hour covers it, in which case it is only counted.</summary>
    public PrivacyFinding? Decide(PrivateDataFound found, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(found);
        if (_last.TryGetValue(KeyOf(found), out var last) && now - last.At < Apart)
        {
            last.Unnoted++;
            return null;
        }

        return new PrivacyFinding(found, last?.Unnoted ?? 0, now);
    }

    /// <summary>Folds a recorded finding.</summary>
    public void Apply(PrivacyFinding finding)
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
    public IEnumerable<PrivacyFinding> Newest(string? kind) =>
        _findings.Reverse().Where(finding => kind is null || finding.Found.Kind == kind);

    private static (string Kind, OperationName Operation, InstallationId Installation) KeyOf(PrivateDataFound found) =>
        (found.Kind, found.Operation, found.Installation);

    private sealed class Last(DateTimeOffset at)
    {
        public DateTimeOffset At => at;

        public long Unnoted { get; set; }
    }
}

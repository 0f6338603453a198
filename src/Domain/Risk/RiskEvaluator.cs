using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Quotas;

namespace Marketplace.Risk;

/// <summary>The judgement on a write.</summary>
/// <param name="Finding">The matching rule's finding; null if the write is clear.</param>
/// <param name="Hold">The existing hold that blocks the operation; null if one must be raised.</param>
/// <param name="Observed">True if the rule only observes: the write passes.</param>
public readonly record struct RiskVerdict(RiskFinding? Finding, RiskHold? Hold, bool Observed)
{
    /// <summary>True if the call may not run.</summary>
    public bool IsHeld => Finding is not null && !Observed;
}

/// <summary>
/// Judges the writes of one installation by the risk rules (R70). Pure and in memory; its owner serialises access. Holds and clearances
/// come from the installation's risk facts; the window of changes is its own and starts empty.
/// </summary>
public sealed class RiskEvaluator(RiskStatus status)
{
    private readonly ChangeWindow _changes = new();
    private readonly HashSet<OperationName> _used = [];
    private readonly Dictionary<string, DateTimeOffset> _observed = new(StringComparer.Ordinal);
    private RiskStatus _status = status;

    /// <summary>Calls answered with this status or higher changed nothing.</summary>
    public const int FailedFrom = 400;

    /// <summary>How long a baseline is used before it is refreshed.</summary>
    public static TimeSpan BaselineAge { get; } = TimeSpan.FromHours(24);

    /// <summary>True if the baseline is due for a refresh.</summary>
    public bool IsStale(DateTimeOffset now) => _status.Baseline is not { } baseline || now - baseline.AsOf >= BaselineAge;

    /// <summary>Applies a newer state; an older one is ignored, and one without a baseline keeps the known one.</summary>
    public void Load(RiskStatus status)
    {
        if (status.Version >= _status.Version)
        {
            _status = status with { Baseline = status.Baseline ?? _status.Baseline };
        }
    }

    /// <summary>Judges a write. Changes no state, except that a match of an observing rule is reported once in 24 hours.</summary>
    /// <param name="intent">The call.</param>
    /// <param name="purpose">
    /// For each restricted write scope the paths it may touch (<see cref="PurposeFields"/>); a scope not listed is unrestricted.
    /// </param>
    /// <param name="rules">The rules in force.</param>
    /// <param name="now">The instant of the call.</param>
    public RiskVerdict Evaluate(
        CallIntent intent,
        ImmutableSortedDictionary<string, ImmutableArray<string>> purpose,
        RiskRuleSet rules,
        DateTimeOffset now
    )
    {
        RiskFinding? observed = null;
        foreach (var rule in rules.Rules)
        {
            if (rule.Mode == RiskMode.Off || Find(rule, intent, purpose, now) is not { } finding)
            {
                continue;
            }

            if (rule.Mode == RiskMode.Observe)
            {
                observed ??= IsNews(finding, now) ? finding : null;
            }
            else if (!_status.Holds.Any(hold => hold.Clears(finding, now)))
            {
                return new RiskVerdict(finding, Shutting(finding), false);
            }
        }

        return new RiskVerdict(observed, null, observed is not null);
    }

    /// <summary>Records the start of a write judged clear.</summary>
    public void Begin(CallIntent intent, RiskRuleSet rules, DateTimeOffset now)
    {
        var keep = 0;
        foreach (var rule in rules.Rules)
        {
            keep = rule.Kind == RiskKind.ProductBurst && rule.Scope == intent.Scope ? Math.Max(keep, rule.WindowSeconds ?? 0) : keep;
        }

        if (keep > 0)
        {
            _changes.Add(intent.CallId, intent.Scope, TimeSpan.FromSeconds(keep), now);
        }
    }

    /// <summary>Records a call's answer: below 400 its operation counts as used from now on, otherwise it changed nothing.</summary>
    public void End(UInt128 call, OperationName operation, int status)
    {
        if (status < FailedFrom)
        {
            _used.Add(operation);
        }
        else
        {
            _changes.Remove(call);
        }
    }

    /// <summary>Removes the changes of a released call: as far as known, it changed nothing.</summary>
    public void Undo(UInt128 call) => _changes.Remove(call);

    private RiskFinding? Find(
        RiskRule rule,
        CallIntent intent,
        ImmutableSortedDictionary<string, ImmutableArray<string>> purpose,
        DateTimeOffset now
    ) =>
        rule.Kind switch
        {
            RiskKind.OutsidePurpose => OutsidePurpose(rule, intent, purpose),
            RiskKind.NewVerb => NewVerb(rule, intent),
            RiskKind.ProductBurst => ProductBurst(rule, intent, now),
            _ => null,
        };

    private static RiskFinding? OutsidePurpose(
        RiskRule rule,
        CallIntent intent,
        ImmutableSortedDictionary<string, ImmutableArray<string>> purpose
    )
    {
        if (intent.Touches is not { } touches || !purpose.TryGetValue(intent.Scope, out var allowed))
        {
            return null;
        }

        var outside = PurposeFields.Outside(allowed, touches);
        return outside.IsEmpty
            ? null
            : Finding(rule, intent, outside, ("fields", string.Join(' ', outside)), ("purpose", string.Join(' ', allowed)));
    }

    // An operation stays new while it is blocked, and after its confirmation was reversed.
    private RiskFinding? NewVerb(RiskRule rule, CallIntent intent)
    {
        if (_status.Baseline is not { } baseline)
        {
            return null;
        }

        var isNew =
            baseline.ActiveDays >= rule.BaselineDays
            && baseline.Calls >= rule.BaselineCalls
            && !baseline.Operations.Contains(intent.Operation)
            && !_used.Contains(intent.Operation);
        return isNew || Last(rule, intent) is { Shuts: true } or { State: HoldState.Reversed, Factor: > 0 }
            ? Finding(rule, intent, [], ("active_days", Text(baseline.ActiveDays)), ("calls", Text(baseline.Calls)))
            : null;
    }

    // Once raised it blocks until the seller decides, whatever the window contains by then.
    private RiskFinding? ProductBurst(RiskRule rule, CallIntent intent, DateTimeOffset now)
    {
        if (intent.Scope != rule.Scope || rule is not { WindowSeconds: { } window, Threshold: { } threshold })
        {
            return null;
        }

        var count = _changes.Since(rule.Scope, TimeSpan.FromSeconds(window), threshold, now);
        return count >= threshold || Last(rule, intent) is { Shuts: true }
            ? Finding(rule, intent, [], ("changes", Text(count)), ("threshold", Text(threshold)), ("window_seconds", Text(window)))
            : null;
    }

    private RiskHold? Last(RiskRule rule, CallIntent intent) =>
        _status.Holds.LastOrDefault(hold => hold.Finding.Rule.Id == rule.Id && hold.Finding.Operation == intent.Operation);

    /// <summary>
    /// The hold that blocks the call; null without one, or if it does not list everything attempted now and must be extended first.
    /// </summary>
    private RiskHold? Shutting(RiskFinding finding) =>
        _status.Holds.LastOrDefault(hold => hold.Shuts && hold.IsOf(finding)) is { } hold && hold.Names(finding) ? hold : null;

    private bool IsNews(RiskFinding finding, DateTimeOffset now)
    {
        var key = $"{finding.Rule.Id} {finding.Operation}";
        if (_observed.TryGetValue(key, out var at) && now - at < TimeSpan.FromDays(1) && now >= at)
        {
            return false;
        }

        _observed[key] = now;
        return true;
    }

    private static RiskFinding Finding(
        RiskRule rule,
        CallIntent intent,
        ImmutableArray<string> fields,
        params ReadOnlySpan<(string Name, string Value)> evidence
    )
    {
        var facts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in evidence)
        {
            facts[name] = value;
        }

        return new RiskFinding(rule, intent.Operation, fields, facts.ToImmutable());
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

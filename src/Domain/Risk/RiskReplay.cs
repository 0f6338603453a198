using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace.Risk;

/// <summary>
/// Evaluates rules on recorded calls, day by day, with the same engine as live calls. Calls it would have held count as not executed; no
/// decisions of the seller are assumed. The ledger does not record fields, so rules about fields cannot be evaluated.
/// </summary>
/// <param name="installation">The calling installation.</param>
/// <param name="rules">Observing rules are evaluated as if enforced.</param>
/// <param name="writes">The write operations with their scopes.</param>
/// <param name="from">The first day evaluated; earlier ones make the baseline.</param>
/// <param name="to">The last day.</param>
public sealed class RiskReplay(
    InstallationId installation,
    RiskRuleSet rules,
    IReadOnlyDictionary<string, string> writes,
    DateOnly from,
    DateOnly to
)
{
    private static readonly ImmutableSortedDictionary<string, ImmutableArray<string>> NoPurpose = ImmutableSortedDictionary<
        string,
        ImmutableArray<string>
    >.Empty;

    private readonly RiskRuleSet _rules = rules with
    {
        Rules = [.. rules.Rules.Where(rule => rule.Mode != RiskMode.Off).Select(rule => rule with { Mode = RiskMode.Enforce })],
    };

    private readonly RiskEvaluator _watch = new(new RiskStatus(0, [], null));
    private readonly Dictionary<(string Rule, OperationName Operation), DryRunHold> _held = [];
    private readonly HashSet<OperationName> _operations = [];
    private readonly HashSet<DateOnly> _active = [];
    private RiskRecord _record = RiskRecord.None;
    private long _calls;
    private long _writes;
    private long _all;

    /// <summary>Starts a day; as in production, the baseline is refreshed daily.</summary>
    public void Begin(DateOnly day)
    {
        if (day >= from)
        {
            var baseline = new RiskBaseline(DateTimeOffset.MinValue, _active.Count, _all, [.. _operations]);
            _watch.Load(new RiskStatus(_record.Version, _record.Holds, baseline));
        }
    }

    /// <summary>Adds the next call, in ledger order.</summary>
    public void Add(DateOnly day, UsageEntry entry)
    {
        if (day >= from)
        {
            _calls++;
            if (writes.TryGetValue(entry.Operation.Value, out var scope) && !Passes(entry, scope))
            {
                return;
            }
        }

        _active.Add(day);
        _all++;
        if (entry.Status < RiskEvaluator.FailedFrom)
        {
            _operations.Add(entry.Operation);
        }

        _watch.End(entry.CallId, entry.Operation, entry.Status);
    }

    /// <summary>The result.</summary>
    public RiskDryRun Result() =>
        new(
            installation,
            from,
            to,
            _calls,
            _writes,
            [.. _held.Values.OrderBy(hold => hold.FirstAt)],
            [.. _rules.Rules.Where(rule => rule.Kind == RiskKind.OutsidePurpose).Select(rule => new DryRunGap(rule.Id, _writes))]
        );

    private bool Passes(UsageEntry entry, string scope)
    {
        _writes++;
        var intent = new CallIntent(entry.CallId, entry.Operation, scope, true, default, string.Empty, default, null) { Touches = [] };
        var verdict = _watch.Evaluate(intent, NoPurpose, _rules, entry.At);
        if (verdict.Finding is not { } finding)
        {
            _watch.Begin(intent, _rules, entry.At);
            return true;
        }

        var key = (finding.Rule.Id, entry.Operation);
        if (!_held.TryGetValue(key, out var held))
        {
            Hold(finding, entry);
            held = new DryRunHold(finding.Rule.Id, entry.Operation, entry.At, entry.CallId, 0);
        }

        _held[key] = held with { Calls = held.Calls + 1 };
        return false;
    }

    private void Hold(RiskFinding finding, UsageEntry entry)
    {
        foreach (var @event in _record.Decide(new RiskCommand.Raise(finding, entry.CallId), ActorRole.Platform, entry.At).Value)
        {
            _record = _record.Evolve(@event, entry.At);
        }

        _watch.Load(new RiskStatus(_record.Version, _record.Holds, null));
    }
}

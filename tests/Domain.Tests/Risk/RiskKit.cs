using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Risk;
using Marketplace.Sellers;

namespace Marketplace.Domain.Tests.Risk;

/// <summary>
/// A counter's watch and the installation's record as the grains drive them: a new finding is raised, encoded, decoded, folded and pushed.
/// </summary>
internal sealed class RiskKit
{
    public const string Patch = "products.patch";
    public const string Products = "products.write";

    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);

    private readonly List<(string Type, ReadOnlyMemory<byte> Payload, DateTimeOffset At)> _facts = [];
    private RiskEvaluator _watch;
    private uint _calls;

    public RiskKit(RiskBaseline? baseline = null, params RiskRule[] rules)
    {
        (Baseline, Rules) = (baseline, new RiskRuleSet(1, [.. rules]));
        _watch = new RiskEvaluator(Record.ToStatus(baseline, Now));
    }

    public static RiskRule Purpose { get; } = new("purpose", RiskKind.OutsidePurpose, RiskMode.Enforce, 30, 30, 24);

    public static RiskRule NewVerb { get; } =
        new("new-verb", RiskKind.NewVerb, RiskMode.Enforce, 20, 30, 24) { BaselineDays = 7, BaselineCalls = 100 };

    public static RiskRule Burst { get; } =
        new("burst", RiskKind.ProductBurst, RiskMode.Enforce, 25, 30, 24)
        {
            Scope = Products,
            WindowSeconds = 60,
            Threshold = 3,
        };

    public static RiskBaseline Established { get; } = new(Noon, 7, 100, [OperationName.Parse("orders.get"), OperationName.Parse(Patch)]);

    public RiskBaseline? Baseline { get; }

    public RiskRuleSet Rules { get; set; }

    public RiskRecord Record { get; private set; } = RiskRecord.None;

    public DateTimeOffset Now { get; set; } = Noon;

    public int Facts => _facts.Count;

    /// <summary>What the certified purpose of products.write names.</summary>
    public ImmutableSortedDictionary<string, ImmutableArray<string>> Purposes { get; set; } =
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty.Add(Products, ["attributes", "title"]);

    public RiskRecord Replayed =>
        _facts.Aggregate(RiskRecord.None, (record, fact) => record.Evolve(RiskEvent.Decode(fact.Type, fact.Payload), fact.At));

    public RiskHold Last => Record.Holds[^1];

    /// <summary>One write; the id of the hold that shuts it, or null if it passes.</summary>
    public string? Try(string operation, string scope, string[] touches, int status = 200)
    {
        var intent = new CallIntent(++_calls, OperationName.Parse(operation), scope, true, DataRegion.Parse("eu"), "t", default, null)
        {
            Touches = touches,
        };
        var verdict = _watch.Evaluate(intent, Purposes, Rules, Now);
        if (verdict.Observed)
        {
            Does(new RiskCommand.Observe(verdict.Finding!, _calls, DateOnly.FromDateTime(Now.UtcDateTime)));
        }

        if (!verdict.IsHeld)
        {
            _watch.Begin(intent, Rules, Now);
            _watch.End(intent.CallId, intent.Operation, status);
            return null;
        }

        Does(new RiskCommand.Raise(verdict.Finding!, _calls));
        var hold = Record.Shutting(verdict.Finding!, Now)!;
        return verdict.Hold is { } known && known.Id != hold.Id
            ? throw new InvalidOperationException("The watch refers to another hold.")
            : hold.Id;
    }

    public string? PatchFields(params string[] touches) => Try(Patch, Products, touches);

    /// <summary>A decision, carried out if it is not refused.</summary>
    public Refusal? Does(RiskCommand command) =>
        Does(command, command is RiskCommand.Raise or RiskCommand.Observe ? ActorRole.Platform : ActorRole.OfUser(SellerRole.Owner));

    public Refusal? Does(RiskCommand command, ActorRole role)
    {
        var decision = Record.Decide(command, role, Now);
        foreach (var @event in decision.Value.IsDefault ? [] : decision.Value)
        {
            _facts.Add((@event.Type, @event.Encode(), Now));
            Record = Record.Evolve(RiskEvent.Decode(@event.Type, @event.Encode()), Now);
        }

        _watch.Load(Record.ToStatus(null, Now));
        return decision.Refusal;
    }

    public Refusal? Confirm(string hold) => Does(new RiskCommand.Confirm(hold, ActorId.Parse("owner"), null));

    public Refusal? Reject(string hold) => Does(new RiskCommand.Reject(hold, ActorId.Parse("owner"), "no"));

    public Refusal? Reverse(string hold) => Does(new RiskCommand.Reverse(hold, ActorId.Parse("owner"), null));

    /// <summary>The counter ends, and another begins with what is written.</summary>
    public void Restart() => _watch = new RiskEvaluator(Replayed.ToStatus(Baseline, Now));

    public static string Flat(RiskRecord record) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{record.Version} {record.Raised} {string.Join(';', record.Observed)} {string.Join(';', record.Holds.Select(Flat))}"
        );

    private static string Flat(RiskHold hold) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{hold.Id} {hold.Finding.Rule} {hold.Finding.Operation} {string.Join(',', hold.Finding.Fields)} "
                + $"{string.Join(',', hold.Finding.Evidence)} {hold.Call} {hold.RaisedAt:O} {hold.ScoreThen} {hold.State} "
                + $"{hold.DecidedAt:O} {hold.DecidedBy} {hold.Reason} {hold.ClearedUntil:O} {hold.Factor}"
        );
}

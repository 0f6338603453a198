using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Sellers;

namespace Marketplace.Risk;

/// <summary>The holds of one installation: the fold of its risk facts (R70).</summary>
/// <param name="Holds">Oldest first. Holds that neither block nor clear anything are dropped to make room.</param>
/// <param name="Observed">The day of the last match of each observing rule, by rule and operation.</param>
/// <param name="Raised">Number of holds ever raised.</param>
/// <param name="Version">Number of facts.</param>
public sealed record RiskRecord(
    ImmutableArray<RiskHold> Holds,
    ImmutableSortedDictionary<string, DateOnly> Observed,
    int Raised,
    long Version
)
{
    /// <summary>Maximum holds kept, unless more of them are in effect.</summary>
    public const int KeptHolds = 200;

    /// <summary>An installation without holds.</summary>
    public static RiskRecord None { get; } = new([], ImmutableSortedDictionary.Create<string, DateOnly>(StringComparer.Ordinal), 0, 0);

    /// <summary>The installation's score: the sum of its holds, decayed to now, with one decimal.</summary>
    public decimal ScoreAt(DateTimeOffset now) => Rounded(Holds.Sum(hold => hold.ScoreAt(now)));

    /// <summary>The part needed by the quota counter.</summary>
    public RiskStatus ToStatus(RiskBaseline? baseline, DateTimeOffset now) =>
        new(Version, [.. Holds.Where(hold => Matters(hold, now))], baseline);

    /// <summary>The hold that blocks a call with this finding; null if none does.</summary>
    public RiskHold? Shutting(RiskFinding finding, DateTimeOffset now) =>
        Holds.Any(hold => hold.Clears(finding, now)) ? null : Holds.LastOrDefault(hold => hold.Shuts && hold.IsOf(finding));

    /// <summary>A hold by its id.</summary>
    public RiskHold? Find(string id) => Holds.FirstOrDefault(hold => hold.Id == id);

    /// <summary>Decides a command; an empty list means nothing to change.</summary>
    /// <param name="command">What is wanted.</param>
    /// <param name="role">In which role it is given; the default may do nothing.</param>
    /// <param name="now">The instant of the decision.</param>
    public Outcome<ImmutableArray<RiskEvent>> Decide(RiskCommand command, ActorRole role, DateTimeOffset now) =>
        Forbids(role, command) is { } refusal
            ? refusal
            : command switch
            {
                RiskCommand.Raise raise => Raise(raise, now),
                RiskCommand.Observe observe => Observe(observe),
                RiskCommand.Confirm confirm => On(confirm.Hold, hold => Confirm(hold, confirm, now)),
                RiskCommand.Reject reject => On(reject.Hold, hold => Reject(hold, reject, now)),
                RiskCommand.Reverse reverse => On(reverse.Hold, hold => Reverse(hold, reverse, role, now)),
                _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
            };

    /// <summary>Folds one event.</summary>
    public RiskRecord Evolve(RiskEvent @event, DateTimeOffset at)
    {
        var next = this with { Version = Version + 1 };
        return @event switch
        {
            RiskEvent.HoldRaised again when Find(again.Hold) is not null => next.Replace(again.Hold, hold =>
                hold with
                {
                    Finding = hold.Finding with { Fields = again.Fields, Evidence = again.Evidence },
                }
            ),
            RiskEvent.HoldRaised raised => next with { Holds = Room(at).Add(HoldOf(raised, at)), Raised = Raised + 1 },
            RiskEvent.HoldConfirmed confirmed => next.Replace(confirmed.Hold, hold =>
                hold with
                {
                    State = HoldState.Confirmed,
                    DecidedAt = at,
                    DecidedBy = confirmed.By,
                    Reason = confirmed.Reason,
                    ClearedUntil = confirmed.Until,
                    Factor = 0,
                }
            ),
            RiskEvent.HoldRejected rejected => next.Replace(rejected.Hold, hold =>
                hold with
                {
                    State = HoldState.Rejected,
                    DecidedAt = at,
                    DecidedBy = rejected.By,
                    Reason = rejected.Reason,
                    Factor = 2,
                }
            ),
            RiskEvent.HoldReversed reversed => next.Replace(reversed.Hold, hold =>
                hold with
                {
                    State = HoldState.Reversed,
                    DecidedAt = at,
                    DecidedBy = reversed.By,
                    Reason = reversed.Reason,
                    ClearedUntil = null,
                    Factor = AfterReversal(hold),
                }
            ),
            RiskEvent.WriteObserved observed => next with
            {
                Observed = Observed.SetItem(Key(observed.Rule, observed.Operation), observed.Day),
            },
            RiskEvent.NothingChanged => next,
            _ => throw new InvalidOperationException($"No fold for {@event.GetType().Name}."),
        };
    }

    private static Refusal? Forbids(ActorRole role, RiskCommand command) =>
        command switch
        {
            RiskCommand.Raise or RiskCommand.Observe when role == ActorRole.Platform => null,
            RiskCommand.Confirm when role.MayConsent => null,
            RiskCommand.Confirm => SellerRefusals.Role(SellerRole.Owner),
            RiskCommand.Reject or RiskCommand.Reverse when role.ActsForSeller => null,
            RiskCommand.Reject or RiskCommand.Reverse => SellerRefusals.RoleForbids(ActorRole.SellerUserName, ActorRole.SellerCenterName),
            _ => SellerRefusals.RoleForbids(ActorRole.PlatformName),
        };

    private Outcome<ImmutableArray<RiskEvent>> Raise(RiskCommand.Raise command, DateTimeOffset now)
    {
        var finding = command.Finding;
        if (Shutting(finding, now) is { } shut)
        {
            return shut.Names(finding) ? ImmutableArray<RiskEvent>.Empty : One(Widened(shut, finding, command.Call, now));
        }

        if (Holds.Any(hold => hold.Clears(finding, now)))
        {
            return ImmutableArray<RiskEvent>.Empty;
        }

        var score = Rounded(ScoreAt(now) + finding.Rule.Weight);
        return One(
            new RiskEvent.HoldRaised(
                string.Create(CultureInfo.InvariantCulture, $"h{Raised + 1}"),
                finding.Rule,
                finding.Operation,
                finding.Fields,
                finding.Evidence,
                Hex(command.Call),
                score
            )
        );
    }

    /// <summary>The open hold extended by the current finding: raised again under its own id, and counted once.</summary>
    private RiskEvent.HoldRaised Widened(RiskHold hold, RiskFinding finding, UInt128 call, DateTimeOffset now)
    {
        var fields = PurposeFields.Outside([], hold.Finding.Fields.Concat(finding.Fields));
        var evidence = finding.Evidence.SetItem("fields", string.Join(' ', fields));
        return new RiskEvent.HoldRaised(
            hold.Id,
            hold.Finding.Rule,
            hold.Finding.Operation,
            fields,
            evidence,
            Hex(call),
            Rounded(ScoreAt(now))
        );
    }

    private Outcome<ImmutableArray<RiskEvent>> Observe(RiskCommand.Observe command)
    {
        var finding = command.Finding;
        return Observed.TryGetValue(Key(finding.Rule.Id, finding.Operation), out var day) && day >= command.Day
            ? ImmutableArray<RiskEvent>.Empty
            : One(
                new RiskEvent.WriteObserved(
                    finding.Rule.Id,
                    finding.Operation,
                    finding.Fields,
                    finding.Evidence,
                    Hex(command.Call),
                    command.Day
                )
            );
    }

    private Outcome<ImmutableArray<RiskEvent>> On(string id, Func<RiskHold, Outcome<ImmutableArray<RiskEvent>>> decide) =>
        Find(id) is { } hold ? decide(hold) : RiskRefusals.HoldNotFound(id);

    private Outcome<ImmutableArray<RiskEvent>> Confirm(RiskHold hold, RiskCommand.Confirm command, DateTimeOffset now) =>
        hold.State switch
        {
            HoldState.Open => One(
                new RiskEvent.HoldConfirmed(
                    hold.Id,
                    command.By,
                    command.Reason,
                    now.AddHours(hold.Finding.Rule.ClearanceHours),
                    ScoreWith(hold, 0, now)
                )
            ),
            HoldState.Confirmed => ImmutableArray<RiskEvent>.Empty,
            _ => RiskRefusals.HoldDecided(hold),
        };

    private Outcome<ImmutableArray<RiskEvent>> Reject(RiskHold hold, RiskCommand.Reject command, DateTimeOffset now) =>
        hold.State switch
        {
            HoldState.Open => One(new RiskEvent.HoldRejected(hold.Id, command.By, command.Reason, ScoreWith(hold, 2, now))),
            HoldState.Rejected => ImmutableArray<RiskEvent>.Empty,
            _ => RiskRefusals.HoldDecided(hold),
        };

    // Taking a rejection back opens the write again, which, as a confirmation, is the owner's alone.
    private Outcome<ImmutableArray<RiskEvent>> Reverse(RiskHold hold, RiskCommand.Reverse command, ActorRole role, DateTimeOffset now) =>
        hold.State switch
        {
            HoldState.Open => RiskRefusals.HoldUndecided(hold),
            HoldState.Reversed => ImmutableArray<RiskEvent>.Empty,
            HoldState.Rejected when !role.MayConsent => SellerRefusals.Role(SellerRole.Owner),
            _ => One(
                new RiskEvent.HoldReversed(
                    hold.Id,
                    command.By,
                    command.Reason,
                    RiskRefusals.Name(hold.State),
                    ScoreWith(hold, AfterReversal(hold), now)
                )
            ),
        };

    // A reversal inverts the decision's effect on the score: a mistaken rejection must not burden a plugin, nor a mistaken confirmation
    // clear it.
    private static decimal AfterReversal(RiskHold hold) => hold.State == HoldState.Confirmed ? 1 : 0;

    private decimal ScoreWith(RiskHold hold, decimal factor, DateTimeOffset now) =>
        Rounded(Holds.Sum(other => (other == hold ? other with { Factor = factor } : other).ScoreAt(now)));

    private RiskRecord Replace(string id, Func<RiskHold, RiskHold> change)
    {
        var hold = Find(id) ?? throw new InvalidOperationException($"The journal decides the unknown hold {id}.");
        return this with { Holds = Holds.Replace(hold, change(hold)) };
    }

    private ImmutableArray<RiskHold> Room(DateTimeOffset now) =>
        Holds.Length >= KeptHolds && Holds.FirstOrDefault(hold => !Matters(hold, now)) is { } old ? Holds.Remove(old) : Holds;

    private bool Matters(RiskHold hold, DateTimeOffset now) =>
        hold.Shuts || now < hold.ClearedUntil || hold == Holds.Last(other => other.IsOf(hold.Finding));

    private static RiskHold HoldOf(RiskEvent.HoldRaised raised, DateTimeOffset at) =>
        new(
            raised.Hold,
            new RiskFinding(raised.Rule, raised.Operation, raised.Fields, raised.Evidence),
            UInt128.Parse(raised.Call, NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            at,
            raised.Score,
            HoldState.Open,
            null,
            default,
            null,
            null,
            1
        );

    private static Outcome<ImmutableArray<RiskEvent>> One(RiskEvent @event) => ImmutableArray.Create(@event);

    private static string Hex(UInt128 call) => call.ToString("x32", CultureInfo.InvariantCulture);

    private static string Key(string rule, OperationName operation) => $"{rule} {operation}";

    private static decimal Rounded(decimal score) => Math.Round(score, 1, MidpointRounding.AwayFromZero);
}

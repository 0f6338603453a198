using System.Globalization;
using System.Text;
using CsCheck;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Evidence;
using Xunit;

namespace Marketplace.Domain.Tests.Evidence;

/// <summary>Attribution by rule over the labelled corpus (R66).</summary>
public sealed class EvidenceVerdictTests
{
    /// <summary>Variants of each case: other events' entries, rows of other sizes, replays, attempts.</summary>
    private const int Variants = 40;

    [Fact]
    public void Every_order_of_the_corpus_gets_the_cause_that_it_was_made_with()
    {
        var matrix = new SortedDictionary<string, SortedDictionary<string, int>>(StringComparer.Ordinal);
        foreach (var (cause, make) in EvidenceCorpus.Cases)
        {
            for (var seed = 1; seed <= Variants; seed++)
            {
                var verdict = EvidenceBundle.Of(make(seed).Build()).Verdict;
                var row = matrix.TryGetValue(cause, out var known)
                    ? known
                    : matrix[cause] = new SortedDictionary<string, int>(StringComparer.Ordinal);
                row[verdict.Cause] = row.GetValueOrDefault(verdict.Cause) + 1;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine(Print(matrix));
        TestContext.Current.AddAttachment("confusion-matrix", Print(matrix));
        Assert.True(matrix.Count >= 16);
        Assert.All(matrix, row => Assert.Equal([row.Key], row.Value.Keys));
    }

    [Fact]
    public void The_corpus_leaves_out_no_cause_but_what_only_a_claim_can_say_and_consent_that_was_never_given()
    {
        var labelled = EvidenceCorpus.Cases.Select(one => one.Cause).Distinct();

        Assert.Equal(
            [EvidenceCauses.AcknowledgedThenLost, EvidenceCauses.ConsentMissing],
            EvidenceCauses.All.Select(cause => cause.Code).Except(labelled).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void Where_the_plugin_acknowledged_a_loss_is_the_plugins()
    {
        var taken = EvidenceBundle.Of(EvidenceCorpus.Cases[0].Make(1).Build()).Verdict;
        var blamed = EvidenceBundle.Of(EvidenceCorpus.Cases.First(one => one.Cause == EvidenceCauses.ReceiverTls).Make(1).Build()).Verdict;

        Assert.Equal((EvidenceParty.Plugin, EvidenceCauses.AcknowledgedThenLost), (taken.ForLoss().Party, taken.ForLoss().Cause));
        Assert.Equal(blamed, blamed.ForLoss());
    }

    [Fact]
    public void Without_a_consent_the_order_waits_for_the_seller()
    {
        var kit = new EvidenceKit(1);
        kit.Event(EvidenceKit.Start);
        var facts = kit.Build();
        var before = facts with { Settings = [facts.Settings[0]] };

        Assert.Equal(EvidenceCauses.ConsentMissing, EvidenceBundle.Of(before).Verdict.Cause);
    }

    [Fact]
    public void A_verdict_counts_and_names_the_event_that_decides()
    {
        var kit = new EvidenceKit(3) { HasOthers = false };
        var taken = kit.Event(EvidenceKit.Start);
        kit.Ack(taken, taken.AcceptedAt.AddSeconds(1));
        var failing = kit.Event(EvidenceKit.Start.AddMinutes(1), EventTypes.OrderPaid);
        kit.FailAll(failing, kit.MadeAt, SendErrors.Tls);

        var verdict = EvidenceBundle.Of(kit.Build()).Verdict;

        Assert.Equal(
            (EvidenceParty.Receiver, failing.Seq, 2, 1, 0, 0),
            (verdict.Party, verdict.Seq, verdict.Owed, verdict.Acknowledged, verdict.Late, verdict.Withheld)
        );
    }

    [Theory]
    [InlineData(0, EvidenceState.Acknowledged)]
    [InlineData(1, EvidenceState.Late)]
    public void In_time_is_two_hours_and_eighteen_minutes_inclusive(int moreMilliseconds, EvidenceState state)
    {
        var kit = new EvidenceKit(4) { HasOthers = false };
        var @event = kit.Event(EvidenceKit.Start);
        kit.Ack(@event, @event.AcceptedAt.AddMinutes(138).AddMilliseconds(moreMilliseconds));

        Assert.Equal(state, EvidenceBundle.Of(kit.Build()).Journeys[0].State);
    }

    [Fact]
    public void A_range_that_is_confirmed_at_once_takes_nothing_of_what_was_withheld()
    {
        var kit = new EvidenceKit(5, EventScopes.Orders) { HasOthers = false, Mode = EvidenceRoute.Pull };
        var created = kit.Event(EvidenceKit.Start);
        var track = kit.Event(EvidenceKit.Start.AddMinutes(1), EventTypes.TrackUpdated);
        var paid = kit.Event(EvidenceKit.Start.AddMinutes(2), EventTypes.OrderPaid);
        kit.Confirm(created, paid, paid.AcceptedAt.AddMinutes(5));

        var bundle = EvidenceBundle.Of(kit.Build());

        Assert.Equal(
            [EvidenceState.Acknowledged, EvidenceState.Withheld, EvidenceState.Acknowledged],
            bundle.Journeys.Select(journey => journey.State)
        );
        Assert.Equal(EvidenceCauses.DeliveredInTime, bundle.Verdict.Cause);
        Assert.Equal("scope-missing", bundle.Journeys.Single(journey => journey.Seq == track.Seq).WhyNot);
    }

    [Fact]
    public void A_plugin_learns_of_no_event_that_it_was_not_owed_and_of_no_events_own_id()
    {
        var own = EvidenceCorpus.Cases.First(one => one.Make == EvidenceCorpus.Cases[3].Make).Make(7).Build();
        var none = EvidenceCorpus.Cases.First(one => one.Cause == EvidenceCauses.ScopeNeverGranted).Make(7).Build();

        var (seen, hidden) = (EvidenceBundle.Of(own.ForPlugin()), EvidenceBundle.Of(none.ForPlugin()));

        Assert.Equal(own.Events.Length - 1, seen.Facts.Events.Length);
        Assert.All(seen.Facts.Events, @event => Assert.Equal((null, EventScopes.Orders), (@event.Id, @event.Scope)));
        Assert.Equal((0, 0, EvidenceCauses.OrderUnknown), (hidden.Facts.Events.Length, hidden.Facts.Rows.Length, hidden.Verdict.Cause));
    }

    [Fact]
    public void A_plugin_that_is_not_certified_is_labelled()
    {
        var facts = new EvidenceKit(1) { IsCertified = false }.Build();

        Assert.Equal([EvidenceBundle.UncertifiedPlugin], EvidenceBundle.Of(facts).Labels);
        Assert.Empty(EvidenceBundle.Of(facts with { Plugin = facts.Plugin with { Certified = true } }).Labels);
    }

    [Fact]
    public void Every_cause_has_a_party_and_both_languages() => Assert.All(EvidenceCauses.All, cause =>
        {
            Assert.Matches("^[a-z-]+$", cause.Code);
            Assert.Contains(cause.Text.Zh, rune => rune > 0x4e00);
            Assert.EndsWith(".", cause.Text.En, StringComparison.Ordinal);
        });

    [Fact]
    public void The_same_facts_give_the_same_bytes_and_no_case_makes_the_judge_stumble() =>
        Gen.Select(Gen.Int[0, EvidenceCorpus.Cases.Length - 1], Gen.Int[1_000, 1_000_000])
            .Sample(
                (which, seed) =>
                {
                    var facts = EvidenceCorpus.Cases[which].Make(seed).Build();
                    var bundle = EvidenceBundle.Of(facts);
                    Assert.Equal(EvidenceCorpus.Cases[which].Cause, bundle.Verdict.Cause);
                    Assert.Equal(bundle.Encode(), EvidenceBundle.Of(facts).Encode());
                    Assert.All(bundle.Journeys, journey => Assert.Equal("accepted", journey.Hops[0].What));
                    return true;
                },
                iter: 200
            );

    private static string Print(SortedDictionary<string, SortedDictionary<string, int>> matrix)
    {
        var text = new StringBuilder("made as → judged as\n");
        foreach (var (made, row) in matrix)
        {
            var party = EvidenceCauses.Find(made).Party;
            text.Append(
                CultureInfo.InvariantCulture,
                $"{made, -28} {party, -14} {string.Join(", ", row.Select(cell => $"{cell.Key} {cell.Value}"))}\n"
            );
        }

        return text.ToString();
    }
}

using CsCheck;
using Marketplace.Catalogue;
using Marketplace.Journal;
using Marketplace.Listings;
using Marketplace.Rounds;
using Xunit;

namespace Marketplace.Domain.Tests.Listings;

/// <summary>Laws over any sequence of commands by anybody, on three versions of which one has a blocking finding.</summary>
public class ListingProperties
{
    private static readonly string[] Hashes = ["h1", "h2", "blocked"];

    private static readonly ActorRole[] Roles =
    [
        ListingKit.Author,
        ListingKit.Security,
        ListingKit.Business,
        ActorRole.Platform,
        ActorRole.Of("operator-user"),
        default,
    ];

    private static readonly Gen<(int Kind, int Hash, int Role, int Hours, int Seed, bool Passed)> Step = Gen.Select(
        Gen.Int[0, 9],
        Gen.Int[0, 2],
        Gen.Int[0, 5],
        Gen.Int[0, 40],
        Gen.Int[0, 4],
        Gen.Bool
    );

    [Fact]
    public void Nothing_is_listed_without_gate_both_approvals_and_three_independent_rounds_of_its_hash()
    {
        var listed = 0;
        Step.Array[10, 120]
            .Sample(
                steps =>
                {
                    var kit = New();
                    foreach (var step in steps)
                    {
                        Apply(kit, step);
                        foreach (var @event in kit.Facts.OfType<ListingEvent.Listed>())
                        {
                            Assert.NotEqual("blocked", @event.Hash);
                        }

                        if (kit.State!.ListedHash is { } hash)
                        {
                            Interlocked.Increment(ref listed);
                            Justify(kit, hash);
                        }
                    }
                },
                iter: 3_000
            );

        // Otherwise the law would hold of a machine that lists nothing.
        Assert.True(listed > 0);
    }

    [Fact]
    public void A_decision_about_one_track_changes_nothing_of_the_other() =>
        Step.Array[5, 60]
            .Sample(
                steps =>
                {
                    var kit = New();
                    foreach (var step in steps)
                    {
                        var before = kit.State!;
                        var facts = kit.Facts.Count;
                        Apply(kit, step);
                        foreach (var decided in kit.Facts.Skip(facts).OfType<ListingEvent.TrackDecided>())
                        {
                            var other = decided.Track == ReviewTrack.Security ? ReviewTrack.Business : ReviewTrack.Security;
                            Assert.Equal(before.Find(decided.Hash)!.Track(other), kit.State!.Find(decided.Hash)!.Track(other));
                        }
                    }
                },
                iter: 1_000
            );

    /// <summary>Recounts from the facts alone, without the code that decided.</summary>
    private static void Justify(ListingKit kit, string hash)
    {
        var approved = new Dictionary<ReviewTrack, bool>();
        var rounds = new List<SandboxRound>();
        foreach (var @event in kit.Facts)
        {
            switch (@event)
            {
                case ListingEvent.TrackDecided e when e.Hash == hash:
                    approved[e.Track] = e.Verdict == TrackVerdict.Approve;
                    break;
                case ListingEvent.TrackOpened e when e.Hash == hash:
                    approved[e.Track] = false;
                    break;
                case ListingEvent.RoundRecorded e when e.Hash == hash:
                    Assert.False(e.Round.IsBlocking, "canary");
                    rounds.AddRange(e.Round.Passed ? [e.Round] : []);
                    break;
            }
        }

        Assert.True(approved.GetValueOrDefault(ReviewTrack.Security), "security");
        Assert.True(approved.GetValueOrDefault(ReviewTrack.Business), "business");
        Assert.True(ThreeApart(rounds), "rounds");
    }

    private static bool ThreeApart(List<SandboxRound> rounds) =>
        (
            from a in rounds
            from b in rounds
            from c in rounds
            where
                b.StartedAt - a.EndedAt >= TimeSpan.FromHours(1)
                && c.StartedAt - b.EndedAt >= TimeSpan.FromHours(1)
                && new[] { a.Seed, b.Seed, c.Seed }.Distinct().Count() == 3
            select a
        ).Any();

    private static ListingKit New()
    {
        var kit = ListingKit.Created();
        kit.Do(ListingKit.Add("h1", "1.0.0"), "ann", ListingKit.Author);
        kit.Do(ListingKit.Add("h2", "2.0.0"), "ann", ListingKit.Author);
        kit.Do(ListingKit.Add("blocked", "3.0.0", blocking: 1), "ann", ListingKit.Author);
        kit.Do(new ListingCommand.Submit(ListingKit.Owner, "h1"), "ann", ListingKit.Author);
        kit.Now = ListingKit.Start.AddDays(2);
        return kit;
    }

    private static void Apply(ListingKit kit, (int Kind, int Hash, int Role, int Hours, int Seed, bool Passed) step)
    {
        var hash = Hashes[step.Hash];
        var version = kit.State!.Find(hash)!;
        var track = step.Passed ? ReviewTrack.Security : ReviewTrack.Business;
        var reviewer = track == ReviewTrack.Security ? ListingKit.Security : ListingKit.Business;
        switch (step.Kind)
        {
            case 0:
                kit.Try(new ListingCommand.Submit(ListingKit.Owner, hash), "ann", ListingKit.Author);
                break;
            case 1:
                kit.Try(
                    new ListingCommand.ChangeCategory(ListingKit.Owner, hash, (PluginCategory)(step.Seed % 4)),
                    "ann",
                    Roles[step.Role]
                );
                break;
            case 2 or 3:
                kit.Try(new ListingCommand.Claim(hash, track), "rex", reviewer);
                kit.Try(ListingKit.Approve(hash, track, version.Category), "rex", reviewer);
                break;
            case 4:
                kit.Try(ListingKit.Approve(hash, track, version.Category), "rex", Roles[step.Role]);
                break;
            case 5:
                kit.Try(new ListingCommand.Claim(hash, track), "rex", Roles[step.Role]);
                kit.Try(ListingKit.Reject(hash, track, TrackVerdict.RequestChanges), "rex", Roles[step.Role]);
                break;
            case 9 when step.Seed == 0:
                var canary = ListingKit.Round(hash, step.Hours, step.Seed, passed: false);
                var finding = new RoundFinding(RoundFinding.CanarySeen, FindingSeverity.Blocking, "orders.flag", "It came back.");
                kit.Try(canary with { Round = canary.Round with { Findings = [finding] } }, null, ActorRole.Platform);
                break;
            case 6:
                kit.Try(ListingKit.Round(hash, step.Hours, step.Seed, step.Passed), null, Roles[step.Role]);
                break;
            default:
                kit.Try(ListingKit.Round(hash, step.Hours, step.Seed, step.Seed > 0 || step.Passed), null, ActorRole.Platform);
                break;
        }
    }
}

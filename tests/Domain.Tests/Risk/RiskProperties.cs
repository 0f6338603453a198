using CsCheck;
using Marketplace.Risk;
using Xunit;

namespace Marketplace.Domain.Tests.Risk;

public sealed class RiskProperties
{
    private static readonly string[] Fields = ["attributes", "category", "price", "title"];
    private static readonly string[] Verbs = ["orders.flag", "orders.merge", RiskKit.Patch];

    private static readonly Gen<Action<RiskKit>> Step = Gen.OneOf(
        Gen.Select(Gen.Int[0, Verbs.Length - 1], Gen.Int[0, 15], Gen.Int[0, 9]).Select(Action<RiskKit> (write) => kit => Write(kit, write)),
        Gen.Int[-40, 40_000].Select(Action<RiskKit> (seconds) => kit => kit.Now = kit.Now.AddSeconds(seconds)),
        Gen.Int[1, 6].Select(Action<RiskKit> (hold) => kit => kit.Confirm($"h{hold}")),
        Gen.Int[1, 6].Select(Action<RiskKit> (hold) => kit => kit.Reject($"h{hold}")),
        Gen.Int[1, 6].Select(Action<RiskKit> (hold) => kit => kit.Reverse($"h{hold}")),
        Gen.Const<Action<RiskKit>>(kit => kit.Restart())
    );

    [Fact]
    public void Replay_of_the_journal_equals_the_live_record_and_the_score_never_falls_below_zero() =>
        Step.Array[0, 60]
            .Sample(steps =>
            {
                var kit = Kit(RiskMode.Enforce);
                foreach (var step in steps)
                {
                    step(kit);
                    Assert.True(kit.Record.ScoreAt(kit.Now) >= 0);
                    Assert.Equal(kit.Facts, kit.Record.Version);
                }

                Assert.Equal(RiskKit.Flat(kit.Record), RiskKit.Flat(kit.Replayed));
                var open = kit.Record.Holds.Where(hold => hold.Shuts).GroupBy(hold => (hold.Finding.Rule.Id, hold.Finding.Operation));
                Assert.All(open, holds => Assert.Single(holds));
            });

    [Fact]
    public void Rules_that_only_observe_never_refuse() =>
        Step.Array[0, 60]
            .Sample(steps =>
            {
                var kit = Kit(RiskMode.Observe);
                foreach (var step in steps)
                {
                    step(kit);
                    Assert.Empty(kit.Record.Holds);
                }
            });

    [Fact]
    public void What_was_confirmed_is_never_held_again_within_the_term() =>
        Gen.Select(Step.Array[0, 30], Step.Array[0, 30])
            .Sample(
                (before, after) =>
                {
                    var kit = Kit(RiskMode.Enforce);
                    Array.ForEach(before, step => step(kit));
                    var held = kit.PatchFields("price");
                    if (held is null || kit.Record.Find(held)!.State != HoldState.Open)
                    {
                        return;
                    }

                    kit.Confirm(held);
                    var hold = kit.Record.Find(held)!;
                    foreach (var step in after)
                    {
                        step(kit);
                        var now = kit.Record.Find(held)!;
                        if (now.State != HoldState.Confirmed || kit.Now >= hold.ClearedUntil)
                        {
                            return;
                        }

                        string[] fields = hold.Finding.Fields.IsEmpty ? ["title"] : [.. hold.Finding.Fields];
                        if (kit.PatchFields(fields) is { } again)
                        {
                            Assert.NotEqual(hold.Finding.Rule.Id, kit.Record.Find(again)!.Finding.Rule.Id);
                        }
                    }
                }
            );

    private static RiskKit Kit(RiskMode mode) =>
        new(
            RiskKit.Established,
            RiskKit.Purpose with
            {
                Mode = mode,
            },
            RiskKit.NewVerb with
            {
                Mode = mode,
            },
            RiskKit.Burst with
            {
                Mode = mode,
            }
        );

    private static void Write(RiskKit kit, (int Verb, int Fields, int Status) write)
    {
        var operation = Verbs[write.Verb];
        var touches = Fields.Where((_, i) => (write.Fields & (1 << i)) != 0).ToArray();
        kit.Try(operation, operation == RiskKit.Patch ? RiskKit.Products : operation, touches, write.Status == 0 ? 422 : 200);
    }
}

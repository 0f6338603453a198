using Marketplace.Replay.Receivers;

namespace Marketplace.Replay.Tests;

public sealed class FaultPlanTests
{
    [Fact]
    public void Receivers_that_answer_at_once_poison_no_more_than_the_accuracy_allows()
    {
        for (ulong seed = 0; seed < 200; seed++)
        {
            var plan = new FaultPlan(seed, new HashSet<FaultKind> { FaultKind.Poison }, share: 0) { MostPoisoned = 3 };
            var poisoned = 0;
            Parallel.For(0, 4_000, number =>
            {
                if (plan.IsPoisoned($"evt_{number}", mayPoison: true))
                {
                    Interlocked.Increment(ref poisoned);
                }
            });
            Assert.InRange(poisoned, 0, 3);
        }
    }

    [Fact]
    public void A_poisoned_event_stays_so_when_no_other_may_become_one()
    {
        var plan = new FaultPlan(1, new HashSet<FaultKind> { FaultKind.Poison }, share: 0) { MostPoisoned = 1 };
        var events = Enumerable.Range(0, 4_000).Select(number => $"evt_{number}").ToList();
        Assert.DoesNotContain(events, id => plan.IsPoisoned(id, mayPoison: false));

        var poisoned = Assert.Single(events, id => plan.IsPoisoned(id, mayPoison: true));

        Assert.Equal([poisoned], events.Where(id => plan.IsPoisoned(id, mayPoison: false)));
        Assert.Equal(FaultKind.Poison, plan.Next("s-1/p", poisoned, [poisoned], mayPoison: false));
    }
}

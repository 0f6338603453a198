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
                if (plan.IsPoisoned($"evt_{number}"))
                {
                    Interlocked.Increment(ref poisoned);
                }
            });
            Assert.InRange(poisoned, 0, 3);
        }
    }
}

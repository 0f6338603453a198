using Marketplace.Deliveries;
using Marketplace.Grains.Deliveries;
using Xunit;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>One signal after the other, whatever they wait for, and none without an answer.</summary>
public sealed class DeliveryLoopTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_next_signal_is_handled_when_the_one_before_is_done_and_a_turn_follows()
    {
        var (work, loop) = Start();
        var (entered, gate, handled) = (NewGate(), NewGate(), new List<string>());
        var first = loop.Post(async () =>
        {
            entered.SetResult();
            await gate.Task;
            handled.Add("first");
        });
        var second = loop.Post(() =>
        {
            handled.Add("second");
            return Task.FromResult(2);
        });
        await entered.Task;
        Assert.Empty(handled);

        gate.SetResult();
        await first;
        Assert.Equal(2, await second);
        Assert.Equal(["first", "second"], handled);
        await loop.Stop(Token);
        Assert.True(work.Turns > 0);
        Assert.Null(work.Cause);
    }

    [Fact]
    public async Task A_call_that_fails_fails_for_its_caller_and_the_loop_goes_on()
    {
        var (_, loop) = Start();

        await Assert.ThrowsAsync<InvalidOperationException>(() => loop.Post(() => Task.FromException(new InvalidOperationException())));
        Assert.Equal(1, await loop.Post(() => Task.FromResult(1)));
        await loop.Stop(Token);
    }

    [Fact]
    public async Task A_turn_that_fails_ends_the_loop_once_and_whoever_waits_is_told_to_repeat_the_call()
    {
        var (work, loop) = Start();
        var (entered, gate) = (NewGate(), NewGate());
        work.Failure = new InvalidOperationException("The turn fails.");
        var last = loop.Post(async () =>
        {
            entered.SetResult();
            await gate.Task;
            work.End = () => loop.End(work.Failure);
        });
        await entered.Task;
        gate.SetResult();
        await last;
        await work.Left;

        Assert.Same(work.Failure, work.Cause);
        Assert.Equal([work.Failure], work.Ends);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => loop.Post(() => Task.FromResult(1)));
        Assert.False(await loop.TryPost(new CallSignal<int>(() => Task.FromResult(1))));
    }

    [Fact]
    public async Task Signals_that_wait_when_the_loop_ends_are_refused()
    {
        var (work, loop) = Start();
        var (entered, gate) = (NewGate(), NewGate());
        var first = loop.Post(async () =>
        {
            entered.SetResult();
            await gate.Task;
        });
        await entered.Task;
        var second = loop.Post(() => Task.FromResult(2));
        loop.End(null);
        gate.SetResult();

        await first;
        await Assert.ThrowsAsync<StoreUnavailableException>(() => second);
        await work.Left;
        Assert.Null(work.Cause);
    }

    [Fact]
    public async Task What_has_happened_is_recorded_although_the_loop_was_told_to_end()
    {
        var (work, loop) = Start();
        var recorded = await EndWithReports(loop, null, null);
        await work.Left;

        Assert.Equal(2, recorded.Count);
        Assert.Null(work.Cause);
    }

    [Fact]
    public async Task After_a_failure_nothing_is_recorded_any_more_even_if_the_loop_was_told_to_end_before_it()
    {
        var failure = new InvalidOperationException("A write failed.");
        foreach (var (before, after) in new[] { (failure, null), ((Exception?)null, (Exception?)failure) })
        {
            var (work, loop) = Start();
            var recorded = await EndWithReports(loop, before, after);
            await work.Left;

            Assert.Empty(recorded);
            Assert.Same(failure, work.Cause);
        }
    }

    [Fact]
    public async Task Without_signals_a_turn_comes_when_the_work_wants_it()
    {
        var (work, loop) = Start(TimeSpan.FromMilliseconds(20));
        await work.HasTurned(3).WaitAsync(TimeSpan.FromSeconds(30), Token);
        await loop.Stop(Token);
        await work.Left;
    }

    /// <summary>Ends a loop while it handles a signal behind which two requests have reported.</summary>
    /// <returns>The reports that were recorded.</returns>
    private static async Task<List<RequestEnd>> EndWithReports(DeliveryLoop loop, Exception? before, Exception? after)
    {
        var (entered, gate, recorded) = (NewGate(), NewGate(), new List<RequestEnd>());
        var first = loop.Post(() =>
            loop.EndOnFailure(async () =>
            {
                entered.SetResult();
                await gate.Task;
                if (after is not null)
                {
                    throw after;
                }
            })
        );
        await entered.Task;
        for (var i = 0; i < 2; i++)
        {
            Assert.True(await loop.TryPost(new RequestSignal(new RequestEnd.NotSent(new DeliveryAttempt([])), recorded.Add)));
        }

        loop.End(before);
        gate.SetResult();
        await Record.ExceptionAsync(() => first);
        return recorded;
    }

    private static TaskCompletionSource NewGate() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static (Work Work, DeliveryLoop Loop) Start(TimeSpan? every = null)
    {
        var work = new Work(every ?? Timeout.InfiniteTimeSpan);
        var loop = new DeliveryLoop(work.Ends.Add);
        loop.Start(work);
        return (work, loop);
    }

    private sealed class Work(TimeSpan every) : ILoopWork
    {
        private readonly TaskCompletionSource _left = NewGate();
        private readonly List<(int Turns, TaskCompletionSource Reached)> _waiting = [];

        public List<Exception?> Ends { get; } = [];

        public int Turns { get; private set; }

        public Exception? Failure { get; set; }

        /// <summary>What the next turn does before it fails.</summary>
        public Action? End { get; set; }

        public Exception? Cause { get; private set; }

        public Task Left => _left.Task;

        public TimeSpan NextTurnIn => every;

        public Task HasTurned(int turns)
        {
            var reached = NewGate();
            lock (_waiting)
            {
                _waiting.Add((turns, reached));
            }

            return reached.Task;
        }

        public Task Turn()
        {
            Turns++;
            lock (_waiting)
            {
                _waiting.ForEach(one => _ = Turns >= one.Turns && one.Reached.TrySetResult());
            }

            if (End is { } end)
            {
                // The failure is known before the turn throws, as when a write inside it fails.
                end();
                throw Failure!;
            }

            return Task.CompletedTask;
        }

        public Task Leave(Exception? cause)
        {
            Cause = cause;
            _left.SetResult();
            return Task.CompletedTask;
        }
    }
}

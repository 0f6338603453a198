using System.Collections.Concurrent;
using Marketplace.TestKit;
using Marketplace.Timing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Cluster.Tests.Timing;

/// <summary>When polled work runs a round before its period is over.</summary>
public sealed class PollerTests : IAsyncLifetime
{
    private readonly Rounds _work = new();
    private readonly IHost _process;

    public PollerTests()
    {
        var host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        host.Services.AddSingleton(_work).AddPoller<Rounds>();
        _process = host.Build();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _process.StopAsync(TestContext.Current.CancellationToken);
        _process.Dispose();
    }

    [Fact]
    public async Task A_failed_round_is_repeated_after_the_pause_for_it_until_one_succeeds()
    {
        _work.RetryPause = TimeSpan.FromSeconds(5);
        _work.Fails = true;
        await Start();
        await Paused(times: 1);

        _work.Time.Advance(TimeSpan.FromSeconds(5));
        await Paused(times: 2);
        Assert.Equal(2, _work.Count);

        _work.Fails = false;
        _work.Time.Advance(TimeSpan.FromSeconds(5));
        await Ran(3);

        _work.Time.Advance(_work.Period - TimeSpan.FromSeconds(10));
        await Ran(4);
        Assert.Equal(2, _work.Time.Pauses(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task A_failed_round_without_such_a_pause_is_made_up_for_by_the_next_one()
    {
        _work.Fails = true;
        await Start();

        _work.Time.Advance(_work.Period);

        await Ran(2);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_the_repetition_of_a_failed_round()
    {
        _work.RetryPause = TimeSpan.FromSeconds(5);
        _work.Fails = true;
        await Start();
        await Paused(times: 1);

        await _process.StopAsync(TestContext.Current.CancellationToken);

        // Otherwise the host has given up on it, half a minute later.
        var poller = (BackgroundService)_process.Services.GetServices<IHostedService>().Single();
        Assert.True(poller.ExecuteTask!.IsCompleted);
        Assert.Equal(1, _work.Count);
    }

    [Fact]
    public async Task An_early_round_does_not_wait_for_the_period_and_the_regular_ones_go_on()
    {
        await Start();

        _work.AskForEarlyRound();
        await Ran(2);

        _work.Time.Advance(_work.Period);
        await Ran(3);
    }

    [Fact]
    public async Task An_early_round_that_is_asked_for_during_a_round_follows_it()
    {
        var first = new TaskCompletionSource();
        _work.Held = first.Task;
        await Start();

        _work.AskForEarlyRound();
        Assert.Equal(1, _work.Count);
        first.SetResult();

        await Ran(2);
    }

    private async Task Start()
    {
        await _process.StartAsync(TestContext.Current.CancellationToken);
        await Ran(1);
    }

    private Task Ran(int rounds) => Eventually.Holds(() => _work.Count == rounds, $"{rounds} rounds have begun");

    private Task Paused(int times) =>
        Eventually.Holds(() => _work.Time.Pauses(_work.RetryPause!.Value) == times, $"the work pauses for the {times}. time");

    /// <summary>Work that counts its rounds.</summary>
    private sealed class Rounds : IPolledWork
    {
        private TaskCompletionSource _early = New();
        private int _count;

        public ObservedTime Time { get; } = new();

        public TimeSpan Period => TimeSpan.FromMinutes(5);

        public TimeSpan? RetryPause { get; set; }

        public Task EarlyRound => Volatile.Read(ref _early).Task;

        public TimeProvider Clock => Time;

        public bool Fails { get; set; }

        /// <summary>Until this is done, a round is under way.</summary>
        public Task Held { get; set; } = Task.CompletedTask;

        /// <summary>Rounds that were begun.</summary>
        public int Count => Volatile.Read(ref _count);

        public void AskForEarlyRound() => Volatile.Read(ref _early).SetResult();

        public async Task Run(CancellationToken cancellationToken)
        {
            Volatile.Write(ref _early, New());
            Interlocked.Increment(ref _count);
            await Held;
            if (Fails)
            {
                throw new InvalidOperationException("The round is to fail.");
            }
        }

        private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>A clock that only the test moves, and that tells it which timers there are: one set later would not be reached.</summary>
    private sealed class ObservedTime : FakeTimeProvider
    {
        private readonly ConcurrentQueue<TimeSpan> _timers = new();

        /// <summary>How many timers of a length there have been.</summary>
        public int Pauses(TimeSpan length) => _timers.Count(timer => timer == length);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _timers.Enqueue(dueTime);
            return timer;
        }
    }
}

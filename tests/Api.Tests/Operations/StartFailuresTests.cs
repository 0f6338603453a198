using Marketplace.Silo.Start;
using Microsoft.Extensions.Logging.Abstractions;
using Phase = Marketplace.Silo.Start.ProcessPhase.Phase;

namespace Marketplace.Api.Tests.Operations;

public sealed class StartFailuresTests
{
    [Fact]
    public async Task A_cancelled_start_is_known_by_every_type_that_says_so()
    {
        var ofOrleans = await CancelStartOfOrleans();

        Assert.True(StartFailures.IsCancellation(ofOrleans));
        Assert.True(StartFailures.IsCancellation(new TaskCanceledException()));
        Assert.True(StartFailures.IsCancellation(new AggregateException(ofOrleans, new OperationCanceledException())));
        Assert.True(LineFormatter.IsSuppressed(Phase.Stopping, "Orleans.Runtime.Silo", ofOrleans));
    }

    [Fact]
    public async Task A_failure_beside_a_cancellation_is_a_failure()
    {
        var ofOrleans = await CancelStartOfOrleans();

        Assert.False(StartFailures.IsCancellation(new IOException("disk")));
        Assert.False(StartFailures.IsCancellation(new AggregateException(ofOrleans, new IOException("disk"))));
    }

    /// <summary>What Orleans throws, which no one else can make.</summary>
    private static async Task<Exception> CancelStartOfOrleans()
    {
        var lifecycle = new Lifecycle();
        using var participant = lifecycle.Subscribe(nameof(StartFailuresTests), ServiceLifecycleStage.First, static _ =>
            Task.CompletedTask
        );
        return await Assert.ThrowsAnyAsync<Exception>(() => lifecycle.OnStart(new CancellationToken(canceled: true)));
    }

    private sealed class Lifecycle() : LifecycleSubject(NullLogger.Instance);
}

using Microsoft.Extensions.Hosting;

namespace Marketplace.Grains.Timing;

/// <summary>Waits for the start.</summary>
public static class ApplicationStart
{
    /// <summary>Completes when the application takes requests and the silo is part of the cluster.</summary>
    public static async Task Started(this IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellationToken);
    }
}

using Microsoft.Extensions.Hosting;

namespace Marketplace.Timing;

/// <summary>For background work that must not start before the application.</summary>
public static class ApplicationStart
{
    /// <summary>Completes once the application accepts requests and the silo has joined the cluster.</summary>
    public static async Task WaitForStart(this IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        await started.Task.WaitAsync(cancellationToken);
    }
}

using Microsoft.Extensions.Hosting;

namespace Marketplace.Storage;

/// <summary>Starts a store's writers in order and stops them again.</summary>
internal interface IStoreRun
{
    Task Start(CancellationToken cancellationToken);

    Task Stop(CancellationToken cancellationToken);
}

/// <summary>
/// Runs the store around everything else: it opens before any grain starts, and commits waiting groups after the last grain has stopped.
/// Registered first, so that the host starts it first and stops it last.
/// </summary>
internal sealed class StoreRunner(IStoreRun store) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => store.Start(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => store.Stop(cancellationToken);
}

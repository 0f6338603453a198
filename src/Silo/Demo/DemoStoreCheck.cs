using Marketplace.Identity.Store;
using OpenIddict.Abstractions;

namespace Marketplace.Silo.Demo;

/// <summary>
/// Prevents a demo store from becoming a production store: the demo's clients have every role, and their secrets were printed on a console
/// and are in demo.json. Runs after the identity tables exist and before anything is served.
/// </summary>
internal sealed class DemoStoreCheck(IdentityDatabase identity, IServiceScopeFactory scopes) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await identity.Initialize(cancellationToken);
        await using var scope = scopes.CreateAsyncScope();
        var clients = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        foreach (var (id, _) in DemoMarketplace.PlatformClients)
        {
            if (await clients.FindByClientIdAsync(id, cancellationToken) is not null)
            {
                throw new StartRefusedException(
                    $"the store was made in demo mode and has the client '{id}', whose secret is in demo.json: it must not "
                        + $"serve in the Production environment. "
                        + "Name an empty store with Marketplace:DataFolder or Marketplace:Storage:ConnectionString."
                );
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

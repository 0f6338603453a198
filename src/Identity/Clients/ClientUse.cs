using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Clients;

/// <summary>Stores when clients were last used, so that one that nothing uses any more can be told from the others.</summary>
internal sealed class ClientUse(IServiceScopeFactory scopes, [FromKeyedServices(IdentityNames.Clock)] TimeProvider time)
{
    /// <summary>Uses within this time of the stored one are not stored: a client may ask for a token with every call.</summary>
    public static readonly TimeSpan Resolution = TimeSpan.FromHours(1);

    /// <summary>Records a use of a client with a right secret; a use that cannot be stored now is left to the next one.</summary>
    public async Task Record(string client, ClientHistory known, CancellationToken cancellationToken)
    {
        if (!IsDue(known))
        {
            return;
        }

        // A scope of its own: a write that fails must not be tried again with what the request stores.
        await using var scope = scopes.CreateAsyncScope();
        var applications = scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>();
        if (await applications.FindByClientIdAsync(client, cancellationToken) is not { } application)
        {
            return;
        }

        var descriptor = new OpenIddictApplicationDescriptor();
        await applications.PopulateAsync(descriptor, application, cancellationToken);
        var history = ClientHistory.Of(descriptor.Properties);
        if (!IsDue(history))
        {
            return;
        }

        (history with { LastUsedAt = time.GetUtcNow() }).WriteTo(descriptor.Properties);
        try
        {
            await applications.UpdateAsync(application, descriptor, cancellationToken);
        }
        catch (Exception e) when (e is OpenIddictExceptions.ConcurrencyException or DbUpdateException)
        {
            // Another request stored its use or a change of the client.
        }
    }

    private bool IsDue(ClientHistory history) => history.LastUsedAt is not { } last || time.GetUtcNow() - last >= Resolution;
}

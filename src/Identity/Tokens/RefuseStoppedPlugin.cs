using Marketplace.Identity.Clients;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Marketplace.Identity.Tokens;

/// <summary>Refuses every kind of token to the client of a plugin that the marketplace has stopped.</summary>
internal sealed class RefuseStoppedPlugin(IOpenIddictApplicationManager applications, IPluginStops stops)
    : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    // Before any other handler of the request: a code or refresh token that is refused here stays good for later.
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<HandleTokenRequestContext>()
            .UseScopedHandler<RefuseStoppedPlugin>()
            .SetOrder(-1_000)
            .Build();

    public async ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        if (
            context.ClientId is { } client
            && await applications.FindByClientIdAsync(client, context.CancellationToken) is { } application
            && await ClientProfile.Of(applications, application, context.CancellationToken) is { Plugin: { } plugin }
            && await stops.WhyStopped(plugin, context.CancellationToken) is { } reason
        )
        {
            context.Reject(Errors.UnauthorizedClient, reason);
        }
    }
}

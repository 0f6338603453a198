using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace Marketplace.Identity.Server;

/// <summary>
/// Makes every address published by the authorization server (metadata, redirects, <c>iss</c>) start with the configured issuer, whatever
/// Host a request claims: a client sends its secret to where the metadata points. Without an issuer it is the request's address, which the
/// host has validated.
/// </summary>
internal sealed class UseConfiguredIssuer : IOpenIddictServerHandler<ProcessRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<ProcessRequestContext>()
            .UseSingletonHandler<UseConfiguredIssuer>()
            .SetOrder(InferEndpointType.Descriptor.Order + 100)
            .Build();

    public ValueTask HandleAsync(ProcessRequestContext context)
    {
        if (context.Options.Issuer is { } issuer)
        {
            // With a trailing slash, so that a path in the issuer is kept when an endpoint's path is appended.
            context.BaseUri = issuer.AbsoluteUri.EndsWith('/') ? issuer : new Uri(issuer.AbsoluteUri + "/");
        }

        return ValueTask.CompletedTask;
    }
}

using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers;

namespace Marketplace.Identity.Server;

/// <summary>
/// Makes every address the authorization server tells (metadata, redirects, <c>iss</c>) begin with the configured issuer, whatever address
/// a request claims to have been sent to: a client sends its secret to where the metadata points. Without an issuer it is the request's
/// address, which the host has judged.
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
            // With the slash, so that a path of the issuer stays when an endpoint's path is put behind it.
            context.BaseUri = issuer.AbsoluteUri.EndsWith('/') ? issuer : new Uri(issuer.AbsoluteUri + "/");
        }

        return ValueTask.CompletedTask;
    }
}

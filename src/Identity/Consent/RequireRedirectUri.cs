using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Authentication;

namespace Marketplace.Identity.Consent;

/// <summary>
/// Requires a redirect URI in authorization requests, even if only one is registered: it is then compared instead of assumed.
/// </summary>
internal sealed class RequireRedirectUri : IOpenIddictServerHandler<ValidateAuthorizationRequestContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<ValidateAuthorizationRequestContext>()
            .UseSingletonHandler<RequireRedirectUri>()
            .SetOrder(ValidateRedirectUriParameter.Descriptor.Order - 500)
            .Build();

    public ValueTask HandleAsync(ValidateAuthorizationRequestContext context)
    {
        if (string.IsNullOrEmpty(context.Request.RedirectUri))
        {
            context.Reject(Errors.InvalidRequest, "The parameter 'redirect_uri' is needed.");
        }

        return ValueTask.CompletedTask;
    }
}

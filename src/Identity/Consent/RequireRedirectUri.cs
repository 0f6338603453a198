using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Authentication;

namespace Marketplace.Identity.Consent;

/// <summary>
/// An authorization request names its address, also where only one is registered: then it is compared, and nothing is guessed.
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

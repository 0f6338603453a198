using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace Marketplace.Identity.Tokens;

/// <summary>Introspection must not call active what every call refuses: a token of an earlier issuer.</summary>
internal sealed class RequireOwnIssuer : IOpenIddictServerHandler<ValidateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<ValidateTokenContext>()
            .UseSingletonHandler<RequireOwnIssuer>()
            .SetOrder(ValidatePrincipal.Descriptor.Order + 500)
            .Build();

    public ValueTask HandleAsync(ValidateTokenContext context)
    {
        if (
            context.IsReferenceToken
            && context.Principal!.HasTokenType(TokenTypeIdentifiers.AccessToken)
            && !TokenVerification.IsOfIssuer(context.Principal!, context.Options.Issuer)
        )
        {
            context.Reject(Errors.InvalidToken, "The token is of another issuer.");
        }

        return ValueTask.CompletedTask;
    }
}

using System.Security.Claims;
using System.Text.Json;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;
using static OpenIddict.Server.OpenIddictServerHandlers.Protection;

namespace Marketplace.Identity.Tokens;

/// <summary>
/// Completes an access token's row: the encrypted content, the digest of the text that the client gets, and the installation, because
/// ending a client's tokens starts from the rows and the installation must be informed. Replaces OpenIddict's own step for access tokens,
/// whose texts have no seal.
/// </summary>
internal sealed class StoreAccessToken(IOpenIddictTokenManager tokens, AccessTokenFormat format)
    : IOpenIddictServerHandler<GenerateTokenContext>
{
    public static OpenIddictServerHandlerDescriptor Descriptor { get; } =
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<GenerateTokenContext>()
            .UseScopedHandler<StoreAccessToken>()
            .SetOrder(AttachTokenPayload.Descriptor.Order - 500)
            .Build();

    public async ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType != TokenTypeIdentifiers.AccessToken)
        {
            return;
        }

        var text = format.Create(context.Principal.GetExpirationDate()!.Value);
        var row = (await tokens.FindByIdAsync(context.Principal.GetTokenId()!, context.CancellationToken))!;
        var descriptor = new OpenIddictTokenDescriptor();
        await tokens.PopulateAsync(descriptor, row, context.CancellationToken);
        descriptor.Payload = context.Token;
        descriptor.ReferenceId = text;
        if (InstallationToInform(context.Principal) is { } installation)
        {
            descriptor.Properties[IdentityClaims.Installation] = JsonSerializer.SerializeToElement(installation);
        }

        await tokens.UpdateAsync(row, descriptor, context.CancellationToken);
        context.Token = text;

        // OpenIddict's step would make another text.
        context.PersistTokenPayload = false;
    }

    /// <summary>None for a family's token, which ends with the family.</summary>
    private static string? InstallationToInform(ClaimsPrincipal token) =>
        token.GetAuthorizationId() is null ? token.GetClaim(IdentityClaims.Installation) : null;
}

using System.Security.Claims;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Validation;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Validation.OpenIddictValidationEvents;

namespace Marketplace.Identity.Tokens;

/// <summary>What a full check found.</summary>
internal enum TokenState
{
    Valid,

    /// <summary>Genuine, but expired, revoked or without its row.</summary>
    Ended,

    /// <summary>None of ours, for another audience or of another issuer.</summary>
    Foreign,
}

/// <summary>A token's state, and what it says; null if it could not be read.</summary>
internal readonly record struct VerifiedToken(TokenState State, ClaimsPrincipal? Claims);

/// <summary>
/// The full check of an access token, its row included, by OpenIddict's own steps. Its service is not used because that hides what an ended
/// token says, and the installation's error log needs it.
/// </summary>
internal sealed class TokenVerification(
    IServiceScopeFactory scopes,
    IOptionsMonitor<OpenIddictValidationOptions> options,
    IOptions<IdentityOptions> identity
)
{
    /// <summary>OpenIddict's code for "no longer valid".</summary>
    private const string Ended = "ID2019";

    public async ValueTask<VerifiedToken> Verify(string token, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var transaction = await scope.ServiceProvider.GetRequiredService<IOpenIddictValidationFactory>().CreateTransactionAsync();
        transaction.CancellationToken = cancellationToken;
        transaction.Configuration = await options.CurrentValue.ConfigurationManager.GetConfigurationAsync(cancellationToken);
        var context = new ValidateTokenContext(transaction) { Token = token, ValidTokenTypes = { TokenTypeIdentifiers.AccessToken } };
        context.ValidAudiences.UnionWith(context.Options.Audiences);
        await scope.ServiceProvider.GetRequiredService<IOpenIddictValidationDispatcher>().DispatchAsync(context);
        return new VerifiedToken(StateOf(context), context.Principal);
    }

    private TokenState StateOf(ValidateTokenContext context)
    {
        if (context.IsRejected)
        {
            return context.ErrorUri?.EndsWith(Ended, StringComparison.Ordinal) == true ? TokenState.Ended : TokenState.Foreign;
        }

        // OpenIddict takes a JWT that names no row; so a stolen signing key would open everything.
        return context.TokenId is not null && (!context.IsReferenceToken || IsOfIssuer(context.Principal!, identity.Value.Issuer))
            ? TokenState.Valid
            : TokenState.Foreign;
    }

    /// <summary>True if no issuer is configured, or the token names it. OpenIddict compares the issuers of JWTs only.</summary>
    public static bool IsOfIssuer(ClaimsPrincipal token, Uri? issuer) =>
        issuer is null || token.GetClaim(Claims.Private.Issuer)?.TrimEnd('/') == issuer.AbsoluteUri.TrimEnd('/');
}

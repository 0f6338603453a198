using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Marketplace.Identity.Tokens;

/// <summary>Adapts <see cref="TokenAuthenticator"/> to ASP.NET Core's authorization.</summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory logger,
    UrlEncoder encoder,
    TokenAuthenticator authenticator,
    IProblemWriter problems
) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    private TokenResult _result = TokenResult.Of(TokenFailure.Missing);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        _result = await authenticator.Authenticate(Request.Headers.Authorization, Context.RequestAborted);
        if (_result.Caller is not { } caller)
        {
            return _result.Failure == TokenFailure.Missing ? AuthenticateResult.NoResult() : AuthenticateResult.Fail(_result.Code);
        }

        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(caller.Principal, Scheme.Name));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        await HandleAuthenticateOnceSafeAsync();
        await TokenChallenge.Write(Context, _result, problems);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => problems.Write(Context, "role-forbidden", null);
}

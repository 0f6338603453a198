using System.Globalization;
using Marketplace.Identity.Clients;
using Marketplace.Identity.Sessions;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using static Marketplace.Identity.Browser.BrowserPage;

namespace Marketplace.Identity.Browser;

/// <summary>Signs an operator's browser in, for pages that cannot send a bearer token (the Orleans dashboard).</summary>
internal static class OperatorSignIn
{
    private const string Door = "operator-sign-in";
    private const string AfterSignIn = "/ops/dashboard/";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // Not part of the HTTP API: HTML pages.
        endpoints.MapGet(IdentityNames.SignInPath, Show).AllowAnonymous().TakesAnyQuery().ExcludeFromDescription();
        endpoints.MapPost(IdentityNames.SignInPath, SignIn).AllowAnonymous().TakesAnyQuery().ExcludeFromDescription();
        endpoints.MapPost(IdentityNames.SignOutPath, SignOut).AllowAnonymous().TakesAnyQuery().ExcludeFromDescription();
    }

    private static async Task Show(HttpContext context)
    {
        var returnPath = ReturnPath(context.Request.Query["return"]);
        var signedIn = (await context.AuthenticateAsync(IdentityNames.CookieScheme)).Principal?.GetClaim(
            OpenIddictConstants.Claims.Subject
        );
        await (signedIn is null ? Form(context, StatusCodes.Status200OK, returnPath, null) : SignedIn(context, returnPath, signedIn));
    }

    private static async Task SignIn(
        HttpContext context,
        IOptions<IdentityOptions> options,
        [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
    )
    {
        var language = ReaderLanguages.Of(context.Request);
        if (await ReadForm(context) is not { } form)
        {
            await Form(context, StatusCodes.Status400BadRequest, AfterSignIn, language.Of(OperatorSignInTexts.FormUnreadable));
            return;
        }

        var returnPath = ReturnPath(form["return"]);
        var clientId = form["client_id"].ToString();
        var secrets = context.RequestServices.GetRequiredService<ClientSecrets>();
        var result =
            clientId.Length == 0
                ? default
                : await secrets.Check(
                    clientId,
                    form["client_secret"].ToString(),
                    context.Connection.RemoteIpAddress,
                    Door,
                    context.RequestAborted
                );
        if (result.Wait is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Form(context, StatusCodes.Status429TooManyRequests, returnPath, language.Of(OperatorSignInTexts.TooManyAttempts));
            return;
        }

        if (!await IsOperator(context, result.Application))
        {
            // The same answer for an unknown client, a wrong secret and another role.
            await Form(context, StatusCodes.Status401Unauthorized, returnPath, language.Of(OperatorSignInTexts.NotAccepted));
            return;
        }

        var now = time.GetUtcNow();
        await SessionSignIn.Begin(
            context,
            new SessionOwner(IdentityNames.CookieScheme, clientId),
            CallerIdentity.PrincipalOf(clientId, ClientRoles.Operator, IdentityNames.CookieScheme),
            now,
            now + options.Value.OperatorSessionLifetime
        );
        SeeOther(context, returnPath);
    }

    private static async Task SignOut(HttpContext context)
    {
        var language = ReaderLanguages.Of(context.Request);
        if (RequestSources.Of(context.Request) is RequestSource.Foreign)
        {
            await Form(context, StatusCodes.Status400BadRequest, AfterSignIn, language.Of(OperatorSignInTexts.ForeignSignOut));
            return;
        }

        await SessionSignIn.End(context, IdentityNames.CookieScheme);
        SeeOther(context, language.AddressOf(IdentityNames.SignInPath));
    }

    private static async Task<bool> IsOperator(HttpContext context, object? application)
    {
        var applications = context.RequestServices.GetRequiredService<IOpenIddictApplicationManager>();
        return application is not null
            && await ClientProfile.Of(applications, application, context.RequestAborted) is { Role: ClientRoles.Operator };
    }

    private static string ReturnPath(string? path) => IsLocalPath(path) ? path! : AfterSignIn;

    private static Task Form(HttpContext context, int status, string returnPath, string? complaint)
    {
        var language = ReaderLanguages.Of(context.Request);
        var head = new PageHead(language, language.Of(OperatorSignInTexts.Title));
        return Write(context, status, head, OperatorSignInForm.Of(returnPath, complaint));
    }

    private static Task SignedIn(HttpContext context, string returnPath, string clientId)
    {
        var language = ReaderLanguages.Of(context.Request);
        var head = new PageHead(language, language.Of(OperatorSignInTexts.SignedInTitle));
        return Write(context, StatusCodes.Status200OK, head, OperatorSignedIn.Of(returnPath, clientId));
    }

    /// <summary>The address of the sign-in page in a language.</summary>
    internal static string Address(ReaderLanguage language, string returnPath) =>
        $"{language.AddressOf(IdentityNames.SignInPath)}&return={Uri.EscapeDataString(returnPath)}";
}

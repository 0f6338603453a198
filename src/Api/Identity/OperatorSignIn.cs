using System.Net;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using OpenIddict.Abstractions;

namespace Marketplace.Api.Identity;

/// <summary>Lets an operator's browser in, for pages that cannot send a bearer token (the Orleans dashboard).</summary>
internal static class OperatorSignIn
{
    private const int LongestForm = 8 * 1024;
    private const string AfterSignIn = "/ops/dashboard/";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        // Not part of the HTTP API: pages for people.
        endpoints.MapGet(IdentityNames.SignInPath, ShowForm).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapPost(IdentityNames.SignInPath, SignIn).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapPost(IdentityNames.SignOutPath, SignOut).AllowAnonymous().ExcludeFromDescription();
    }

    private static Task ShowForm(HttpContext context) =>
        WritePage(context, StatusCodes.Status200OK, ReturnPath(context.Request.Query["return"]), null);

    private static async Task SignIn(HttpContext context)
    {
        if (!context.Request.HasFormContentType || context.Request.ContentLength is null or > LongestForm || !BrowserPage.IsSameOrigin(context.Request))
        {
            await WritePage(context, StatusCodes.Status400BadRequest, AfterSignIn, "The form could not be read.");
            return;
        }

        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var returnPath = ReturnPath(form["return"]);
        var clientId = form["client_id"].ToString();
        if (!await IsOperator(context, clientId, form["client_secret"].ToString()))
        {
            // One answer for an unknown client, a wrong secret and a client of another role.
            await WritePage(context, StatusCodes.Status401Unauthorized, returnPath, "Not an operator's client and secret.");
            return;
        }

        await context.SignInAsync(
            IdentityNames.CookieScheme,
            CallerIdentity.PrincipalOf(clientId, ClientRoles.Operator, IdentityNames.CookieScheme));
        BrowserPage.SeeOther(context, returnPath);
    }

    private static async Task SignOut(HttpContext context)
    {
        if (BrowserPage.IsSameOrigin(context.Request))
        {
            await context.SignOutAsync(IdentityNames.CookieScheme);
        }

        BrowserPage.SeeOther(context, IdentityNames.SignInPath);
    }

    private static async Task<bool> IsOperator(HttpContext context, string clientId, string secret)
    {
        if (clientId.Length == 0 || secret.Length == 0)
        {
            return false;
        }

        var applications = context.RequestServices.GetRequiredService<IOpenIddictApplicationManager>();
        var application = await applications.FindByClientIdAsync(clientId, context.RequestAborted);
        return application is not null
            && await applications.ValidateClientSecretAsync(application, secret, context.RequestAborted)
            && await ClientProfile.Of(applications, application, context.RequestAborted) is { Role: ClientRoles.Operator };
    }

    private static string ReturnPath(string? path) => BrowserPage.IsLocalPath(path) ? path! : AfterSignIn;

    private static Task WritePage(HttpContext context, int status, string returnPath, string? complaint)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
        var note = complaint is null ? "" : $"""<p role="alert">{WebUtility.HtmlEncode(complaint)}</p>""";
        return context.Response.WriteAsync(
            $$"""
            <!doctype html>
            <html lang="en">
            <head>
              <meta charset="utf-8">
              <meta name="viewport" content="width=device-width">
              <title>Operator sign-in</title>
              <style>
                body { font: 16px/1.5 system-ui, sans-serif; max-width: 24rem; margin: 15vh auto; padding: 0 1rem; }
                label, input, button { display: block; width: 100%; box-sizing: border-box; font: inherit; }
                input, button { margin: .25rem 0 1rem; padding: .5rem; }
                [role=alert] { color: #b00020; }
              </style>
            </head>
            <body>
              <h1>Operator sign-in</h1>
              {{note}}
              <form method="post" action="{{IdentityNames.SignInPath}}">
                <label for="client_id">Client id</label>
                <input id="client_id" name="client_id" autocomplete="username" required autofocus>
                <label for="client_secret">Client secret</label>
                <input id="client_secret" name="client_secret" type="password" autocomplete="current-password" required>
                <input type="hidden" name="return" value="{{WebUtility.HtmlEncode(returnPath)}}">
                <button>Sign in</button>
              </form>
            </body>
            </html>
            """,
            Encoding.UTF8,
            context.RequestAborted);
    }
}

using System.Net.Mime;
using Marketplace.Identity.Clients;
using Marketplace.Identity.Consent;
using Marketplace.Identity.Server;
using Microsoft.Extensions.Options;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Identity.Browser;

/// <summary>
/// Guards the authorization server, the sign-in pages and the change of a secret: refuses secrets over plain HTTP, and reads forms, once.
/// </summary>
internal static class BrowserGuard
{
    private static readonly string[] Pages =
    [
        IdentityNames.SignInPath,
        IdentityNames.SignOutPath,
        IdentityNames.SellerSignInPath,
        SellerSignIn.SignOutPath,
    ];

    public static void UseBrowserGuard(this IApplicationBuilder app) =>
        app.UseWhen(
            static context => context.Request.Path.StartsWithSegments("/connect") || context.Request.Path.StartsWithSegments("/ops"),
            static branch => branch.Use(Check)
        );

    private static async Task Check(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var options = context.RequestServices.GetRequiredService<IOptions<IdentityOptions>>().Value;
        if (!options.AllowHttp && !request.IsHttps && IsPage(request.Path))
        {
            // As at the token endpoint: a secret sent over plain HTTP is already exposed, so nothing is read.
            await Complain(context, BrowserGuardTexts.HttpsTitle, BrowserGuardTexts.Https);
            return;
        }

        if (!options.AllowHttp && !request.IsHttps && request.Path.Equals(SecretChange.Path, StringComparison.OrdinalIgnoreCase))
        {
            await Refuse(context, "This server only accepts HTTPS requests.");
            return;
        }

        if (!HttpMethods.IsPost(request.Method) || !request.HasFormContentType || await Forms.Read(context) is not null)
        {
            await next(context);
        }
        else if (IsPage(request.Path) || request.Path.Equals(SellerSignIn.AuthorizePath, StringComparison.OrdinalIgnoreCase))
        {
            await Complain(context, BrowserGuardTexts.FormTitle, BrowserGuardTexts.Form);
        }
        else
        {
            await Refuse(context, "The form could not be read.");
        }
    }

    private static bool IsPage(PathString path) => Array.Exists(Pages, page => path.Equals(page, StringComparison.OrdinalIgnoreCase));

    private static Task Complain(HttpContext context, BilingualText title, BilingualText detail)
    {
        var language = ReaderLanguages.Of(context.Request);
        var heading = language.Of(title);
        return BrowserPage.Write(
            context,
            StatusCodes.Status400BadRequest,
            new PageHead(language, heading),
            Notice.Of(heading, language.Of(detail))
        );
    }

    /// <summary>Refuses like the authorization server (RFC 6749 §5.2).</summary>
    private static Task Refuse(HttpContext context, string description)
    {
        context.Response.Headers.CacheControl = "no-store";
        var refusal = new OAuthRefusal(Errors.InvalidRequest, description);
        return refusal.ToAnswer(StatusCodes.Status400BadRequest, MediaTypeNames.Application.Json).ExecuteAsync(context);
    }
}

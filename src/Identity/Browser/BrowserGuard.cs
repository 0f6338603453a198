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
            await Complain(
                context,
                "需要加密连接",
                "An encrypted connection is needed",
                "请使用 https:// 打开此页面。",
                "Open this page with https://."
            );
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
            await Complain(context, "表单无法读取", "The form could not be read", "请返回并重试。", "Go back and try again.");
        }
        else
        {
            await Refuse(context, "The form could not be read.");
        }
    }

    private static bool IsPage(PathString path) => Array.Exists(Pages, page => path.Equals(page, StringComparison.OrdinalIgnoreCase));

    private static Task Complain(HttpContext context, string titleZh, string titleEn, string zh, string en)
    {
        var language = ReaderLanguages.Of(context.Request);
        var title = language.Of(titleZh, titleEn);
        return BrowserPage.Write(
            context,
            StatusCodes.Status400BadRequest,
            new PageHead(language, title),
            Notice.Of(title, language.Of(zh, en))
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

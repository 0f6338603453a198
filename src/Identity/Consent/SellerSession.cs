using System.Security.Claims;
using Marketplace.Identity.Browser;
using Marketplace.Identity.Sessions;
using Marketplace.Identity.SubjectTokens;
using Marketplace.Sellers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Consent;

/// <summary>A seller's user signed in in this browser.</summary>
/// <param name="User">The issuer's name of the user.</param>
/// <param name="Seller">The only seller the user acts for.</param>
/// <param name="Role">What the user is to the seller.</param>
public sealed record SellerSession(string User, SellerId Seller, SellerRole Role)
{
    /// <summary>Null without a session, or with one that cannot be read.</summary>
    public static async Task<SellerSession?> Of(HttpContext context)
    {
        var principal = (await context.AuthenticateAsync(IdentityNames.SellerCookieScheme)).Principal;
        return
            principal?.GetClaim(IdentityClaims.User) is { } user
            && SellerId.TryParse(principal.GetClaim(IdentityClaims.Seller), null, out var seller)
            && SellerRoles.Parse(principal.GetClaim(IdentityClaims.UserRole)) is { } role
            ? new SellerSession(user, seller, role)
            : null;
    }

    public ClaimsPrincipal Principal() =>
        new(
            new ClaimsIdentity(
                [
                    new Claim(IdentityClaims.User, User),
                    new Claim(IdentityClaims.Seller, Seller.Value),
                    new Claim(IdentityClaims.UserRole, Role.Text()),
                ],
                IdentityNames.SellerCookieScheme
            )
        );
}

/// <summary>Takes the subject token that an issuer's page sends through the seller's browser, and makes a short session of it.</summary>
internal static class SellerSignIn
{
    public const string AuthorizePath = "/connect/authorize";
    public const string SignOutPath = "/connect/sign-out";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(IdentityNames.SellerSignInPath, SignIn).AllowAnonymous().TakesAnyQuery().ExcludeFromDescription();
        endpoints.MapPost(SignOutPath, SignOut).AllowAnonymous().TakesAnyQuery().ExcludeFromDescription();
    }

    /// <summary>Where a browser signs in and comes back from; null if no page is set.</summary>
    /// <param name="options">Name the page.</param>
    /// <param name="returnPath">The authorization request.</param>
    /// <param name="locales">The languages that the request asks for; null or empty for none.</param>
    public static string? AddressFor(SellerIdentityOptions options, string returnPath, string? locales) =>
        options.SignInUri is { } page
            ? $"{page}{(page.OriginalString.Contains('?', StringComparison.Ordinal) ? '&' : '?')}return={Uri.EscapeDataString(returnPath)}"
                + (string.IsNullOrEmpty(locales) ? "" : $"&{ReaderLanguages.LocalesParameter}={Uri.EscapeDataString(locales)}")
            : null;

    private static async Task SignIn(
        HttpContext context,
        SubjectTokenReader reader,
        SubjectTokenUses uses,
        IOptions<SellerIdentityOptions> options,
        [FromKeyedServices(IdentityNames.Clock)] TimeProvider time
    )
    {
        // Another site must not sign its victim in as somebody of its own choosing: the form comes from here or from the sign-in page.
        var form = await BrowserPage.ReadForm(context, options.Value.SignInUri);
        var returnPath = form?["return"].ToString();
        if (form is null || !IsReturnPath(returnPath))
        {
            await Complain(
                context,
                StatusCodes.Status400BadRequest,
                returnPath,
                "登录表单无法读取。",
                "The sign-in form could not be read."
            );
            return;
        }

        var result = await reader.Read(form["subject_token"], context.RequestAborted);
        if (result.Subject is not { } subject)
        {
            await Complain(
                context,
                result.Unavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status401Unauthorized,
                returnPath,
                $"登录未被接受，请重新登录。（{result.Complaint}）",
                $"The sign-in was not accepted. {result.Complaint}"
            );
            return;
        }

        if (!await uses.TryUse(subject, context.RequestAborted))
        {
            await Complain(
                context,
                StatusCodes.Status401Unauthorized,
                returnPath,
                "登录凭证已被使用，请重新登录。",
                "The sign-in was used before; sign in again."
            );
            return;
        }

        var now = time.GetUtcNow();
        var end = now + options.Value.SessionLifetime;
        await SessionSignIn.Begin(
            context,
            new SessionOwner(IdentityNames.SellerCookieScheme, subject.User, subject.Seller.Value),
            new SellerSession(subject.User, subject.Seller, subject.Role).Principal(),
            now,
            subject.ExpiresAt < end ? subject.ExpiresAt : end
        );
        BrowserPage.SeeOther(context, returnPath!);
    }

    private static async Task SignOut(HttpContext context)
    {
        if (RequestSources.Of(context.Request) is RequestSource.Foreign)
        {
            await Complain(
                context,
                StatusCodes.Status400BadRequest,
                null,
                "退出请求来自其他网站，未执行。",
                "Another site asked to sign you out; it was not done."
            );
            return;
        }

        await SessionSignIn.End(context, IdentityNames.SellerCookieScheme);
        await Complain(context, StatusCodes.Status200OK, null, "已退出登录。", "You are signed out.");
    }

    private static bool IsReturnPath(string? path) =>
        BrowserPage.IsLocalPath(path) && path!.StartsWith(AuthorizePath + "?", StringComparison.Ordinal);

    private static Task Complain(HttpContext context, int status, string? returnPath, string zh, string en)
    {
        var language = LanguageOf(context.Request, returnPath);
        var head = new PageHead(language, language.Of("卖家登录", "Seller sign-in"));
        return BrowserPage.Write(context, status, head, Notice.Of(language.Of(zh, en)));
    }

    /// <summary>An issuer's page posts only token and return path: then the language is that of the authorization request.</summary>
    private static ReaderLanguage LanguageOf(HttpRequest request, string? returnPath)
    {
        var query = returnPath?.IndexOf('?', StringComparison.Ordinal) is { } start and >= 0
            ? QueryHelpers.ParseQuery(returnPath[start..])
            : [];
        return ReaderLanguages.Choose(
            Parameter(ReaderLanguages.LanguageParameter),
            Parameter(ReaderLanguages.LocalesParameter),
            request.Headers.AcceptLanguage,
            ReaderLanguage.Chinese
        );

        string? Parameter(string name) =>
            request.Query[name] is { Count: > 0 } own ? own.ToString() : query.GetValueOrDefault(name).ToString();
    }
}

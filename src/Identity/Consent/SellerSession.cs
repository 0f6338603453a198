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

/// <summary>The session of a seller's signed-in user in this browser.</summary>
/// <param name="User">The user's id at the issuer.</param>
/// <param name="Seller">The only seller the user acts for.</param>
/// <param name="Role">The user's role at the seller.</param>
public sealed record SellerSession(string User, SellerId Seller, SellerRole Role)
{
    /// <summary>Null without a readable session.</summary>
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

/// <summary>
/// Receives the subject token that an issuer's page sends through the seller's browser, and turns it into a short session.
/// </summary>
internal static class SellerSignIn
{
    public const string AuthorizePath = "/connect/authorize";
    public const string SignOutPath = "/connect/sign-out";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(IdentityNames.SellerSignInPath, SignIn).AllowAnonymous().TakesAnyQuery().ExcludeFromDescription();
        endpoints.MapPost(SignOutPath, SignOut).AllowAnonymous().TakesAnyQuery().ExcludeFromDescription();
    }

    /// <summary>The sign-in address with the way back; null if no page is configured.</summary>
    /// <param name="options">Contain the page's address.</param>
    /// <param name="returnPath">The authorization request.</param>
    /// <param name="locales">The languages requested; null or empty for none.</param>
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
        // Login CSRF: another site must not sign its victim in as a user of its choice, so the form must come from here or from the sign-in
        // page.
        var form = await BrowserPage.ReadForm(context, options.Value.SignInUri);
        var returnPath = form?["return"].ToString();
        if (form is null || !IsReturnPath(returnPath))
        {
            await Complain(context, StatusCodes.Status400BadRequest, returnPath, SellerSignInTexts.FormUnreadable);
            return;
        }

        var result = await reader.Read(form["subject_token"], context.RequestAborted);
        if (result.Subject is not { } subject)
        {
            await Complain(
                context,
                result.Unavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status401Unauthorized,
                returnPath,
                SellerSignInTexts.NotAccepted(result.Complaint)
            );
            return;
        }

        if (subject.Authority is not SubjectAuthority.OfSeller of)
        {
            var complaint = SellerSignInTexts.NotAccepted("It names no seller.");
            await Complain(context, StatusCodes.Status401Unauthorized, returnPath, complaint);
            return;
        }

        if (!await uses.TryUse(subject.TokenKey, subject.ExpiresAt, context.RequestAborted))
        {
            await Complain(context, StatusCodes.Status401Unauthorized, returnPath, SellerSignInTexts.Used);
            return;
        }

        var now = time.GetUtcNow();
        var end = now + options.Value.SessionLifetime;
        await SessionSignIn.Begin(
            context,
            new SessionOwner(IdentityNames.SellerCookieScheme, subject.User, of.Seller.Value),
            new SellerSession(subject.User, of.Seller, of.Role).Principal(),
            now,
            subject.ExpiresAt < end ? subject.ExpiresAt : end
        );
        BrowserPage.SeeOther(context, returnPath!);
    }

    private static async Task SignOut(HttpContext context)
    {
        if (RequestSources.Of(context.Request) is RequestSource.Foreign)
        {
            await Complain(context, StatusCodes.Status400BadRequest, null, SellerSignInTexts.ForeignSignOut);
            return;
        }

        await SessionSignIn.End(context, IdentityNames.SellerCookieScheme);
        await Complain(context, StatusCodes.Status200OK, null, SellerSignInTexts.SignedOut);
    }

    private static bool IsReturnPath(string? path) =>
        BrowserPage.IsLocalPath(path) && path!.StartsWith(AuthorizePath + "?", StringComparison.Ordinal);

    private static Task Complain(HttpContext context, int status, string? returnPath, BilingualText text)
    {
        var language = LanguageOf(context.Request, returnPath);
        var head = new PageHead(language, language.Of(SellerSignInTexts.Title));
        return BrowserPage.Write(context, status, head, Notice.Of(language.Of(text)));
    }

    /// <summary>An issuer's page posts only token and return path: use the authorization request's language.</summary>
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

using System.Security.Claims;
using Marketplace.Api.Identity.SubjectTokens;
using Marketplace.Sellers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;

namespace Marketplace.Api.Identity.Consent;

/// <summary>A seller's user signed in in this browser.</summary>
/// <param name="User">The issuer's name of the user.</param>
/// <param name="Seller">The only seller the user acts for.</param>
/// <param name="Role">What the user is to the seller.</param>
internal sealed record SellerSession(string User, SellerId Seller, SellerRole Role)
{
    /// <summary>Null without a session, or with one that cannot be read.</summary>
    public static async Task<SellerSession?> Of(HttpContext context)
    {
        var principal = (await context.AuthenticateAsync(IdentityNames.SellerCookieScheme)).Principal;
        return principal?.GetClaim(IdentityClaims.User) is { } user
            && SellerId.TryParse(principal.GetClaim(IdentityClaims.Seller), null, out var seller)
            && SellerRoles.Parse(principal.GetClaim(IdentityClaims.UserRole)) is { } role
                ? new SellerSession(user, seller, role)
                : null;
    }

    public ClaimsPrincipal Principal() => new(new ClaimsIdentity(
        [
            new Claim(IdentityClaims.User, User),
            new Claim(IdentityClaims.Seller, Seller.Value),
            new Claim(IdentityClaims.UserRole, Role.Text()),
        ],
        IdentityNames.SellerCookieScheme));
}

/// <summary>Takes the subject token that an issuer's page sends through the seller's browser, and makes a short session of it.</summary>
internal static class SellerSignIn
{
    public const string AuthorizePath = "/connect/authorize";
    public const string SignOutPath = "/connect/sign-out";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapPost(IdentityNames.SellerSignInPath, SignIn).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapPost(SignOutPath, SignOut).AllowAnonymous().ExcludeFromDescription();
    }

    /// <summary>Where a browser signs in and comes back from; null if no page is set.</summary>
    public static string? AddressFor(SellerIdentityOptions options, string returnPath) => options.SignInUri is { } page
        ? $"{page}{(page.OriginalString.Contains('?', StringComparison.Ordinal) ? '&' : '?')}return={Uri.EscapeDataString(returnPath)}"
        : null;

    private static async Task SignIn(
        HttpContext context,
        SubjectTokenReader reader,
        IOptions<SellerIdentityOptions> options,
        [FromKeyedServices(IdentityNames.Clock)] TimeProvider time)
    {
        var form = IsExpectedOrigin(context.Request, options.Value) ? await BrowserPage.ReadForm(context) : null;
        var returnPath = form?["return"].ToString();
        if (form is null || !IsReturnPath(returnPath))
        {
            await Complain(context, StatusCodes.Status400BadRequest, "登录表单无法读取。", "The sign-in form could not be read.");
            return;
        }

        var result = await reader.Read(form["subject_token"], context.RequestAborted);
        if (result.Subject is not { } subject)
        {
            await Complain(
                context,
                result.Unavailable ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status401Unauthorized,
                "登录未被接受，请重新登录。",
                $"The sign-in was not accepted. {result.Complaint}");
            return;
        }

        var now = time.GetUtcNow();
        var end = now + options.Value.SessionLifetime;
        await context.SignInAsync(
            IdentityNames.SellerCookieScheme,
            new SellerSession(subject.User, subject.Seller, subject.Role).Principal(),
            new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = subject.ExpiresAt < end ? subject.ExpiresAt : end });
        BrowserPage.SeeOther(context, returnPath!);
    }

    private static async Task SignOut(HttpContext context)
    {
        if (BrowserPage.IsSameOrigin(context.Request))
        {
            await context.SignOutAsync(IdentityNames.SellerCookieScheme);
        }

        await Complain(context, StatusCodes.Status200OK, "已退出登录。", "You are signed out.");
    }

    /// <summary>Another site must not sign its victim in as somebody of its own choosing: the form comes from here or from the sign-in page.</summary>
    private static bool IsExpectedOrigin(HttpRequest request, SellerIdentityOptions options) =>
        BrowserPage.IsSameOrigin(request)
        || (options.SignInUri is { IsAbsoluteUri: true } page
            && string.Equals(request.Headers.Origin, page.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase));

    private static bool IsReturnPath(string? path) =>
        BrowserPage.IsLocalPath(path) && path!.StartsWith(AuthorizePath + "?", StringComparison.Ordinal);

    private static Task Complain(HttpContext context, int status, string zh, string en) =>
        BrowserPage.Write(context, status, "zh", "卖家登录 Seller sign-in", $"<h1>{BrowserPage.Encode(zh)}</h1><p>{BrowserPage.Encode(en)}</p>");
}

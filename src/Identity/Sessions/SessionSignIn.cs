using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Marketplace.Identity.Sessions;

/// <summary>Signs browsers in and out: the cookie and the session behind it begin and end together.</summary>
internal static class SessionSignIn
{
    /// <summary>Begins a new session and ends the one that the browser had.</summary>
    /// <param name="context">Its answer has not begun.</param>
    /// <param name="owner">Who signed in.</param>
    /// <param name="principal">What the cookie says; one identity, to which the session's name is added.</param>
    /// <param name="now">By the clock of sessions.</param>
    /// <param name="end">The first instant at which the session is over.</param>
    public static async Task Begin(
        HttpContext context,
        SessionOwner owner,
        ClaimsPrincipal principal,
        DateTimeOffset now,
        DateTimeOffset end
    )
    {
        var sessions = Sessions(context);
        await EndCurrent(context, sessions, owner.Scheme);
        var secret = await sessions.Begin(owner, end, context.RequestAborted);
        ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim(BrowserSessions.Claim, secret));
        await context.SignInAsync(owner.Scheme, principal, new AuthenticationProperties { IssuedUtc = now, ExpiresUtc = end });
    }

    /// <summary>Ends the browser's session on the server, then takes the cookie back.</summary>
    public static async Task End(HttpContext context, string scheme)
    {
        await EndCurrent(context, Sessions(context), scheme);
        await context.SignOutAsync(scheme);
    }

    /// <summary>A cookie is good while its session is open; one of an earlier release names none and is not.</summary>
    public static async Task Validate(CookieValidatePrincipalContext context)
    {
        var secret = context.Principal?.FindFirstValue(BrowserSessions.Claim);
        if (secret is null || !await Sessions(context.HttpContext).IsOpen(secret, context.Scheme.Name, context.HttpContext.RequestAborted))
        {
            context.RejectPrincipal();
        }
    }

    private static async Task EndCurrent(HttpContext context, BrowserSessions sessions, string scheme)
    {
        if ((await context.AuthenticateAsync(scheme)).Principal?.FindFirstValue(BrowserSessions.Claim) is { } secret)
        {
            await sessions.End(secret, context.RequestAborted);
        }
    }

    private static BrowserSessions Sessions(HttpContext context) => context.RequestServices.GetRequiredService<BrowserSessions>();
}

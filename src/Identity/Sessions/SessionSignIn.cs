using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Marketplace.Identity.Sessions;

/// <summary>Signs browsers in and out: cookie and session start and end together.</summary>
internal static class SessionSignIn
{
    /// <summary>Starts a new session and ends the browser's previous one.</summary>
    /// <param name="context">The request; its response must not have started.</param>
    /// <param name="owner">The signed-in owner.</param>
    /// <param name="principal">The cookie's content; one identity, to which the session claim is added.</param>
    /// <param name="now">By the session clock.</param>
    /// <param name="end">The first instant at which the session is expired.</param>
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

    /// <summary>Ends the browser's session on the server, then removes the cookie.</summary>
    public static async Task End(HttpContext context, string scheme)
    {
        await EndCurrent(context, Sessions(context), scheme);
        await context.SignOutAsync(scheme);
    }

    /// <summary>Accepts a cookie while its session is open; one of an earlier release has no session and is refused.</summary>
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

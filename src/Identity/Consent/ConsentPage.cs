using System.Collections.Immutable;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Microsoft.AspNetCore.Components;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Consent;

/// <summary>The pages shown to a seller's browser between the plugin and the code. They contain no buyer's data.</summary>
/// <param name="request">The authorization request; already validated.</param>
/// <param name="session">The signed-in user.</param>
/// <param name="document">The consent document.</param>
/// <param name="texts">The page's texts.</param>
/// <param name="signIn">The sign-in page for another user; null if none is configured.</param>
/// <param name="signInOrigin">Its origin unless it is on this host; otherwise empty.</param>
internal sealed class ConsentPage(
    OpenIddictRequest request,
    SellerSession session,
    ConsentDocument? document,
    ConsentTexts texts,
    string? signIn,
    string signInOrigin
)
{
    public OpenIddictRequest Request => request;

    public SellerSession Session => session;

    public ConsentDocument Document => document ?? throw new InvalidOperationException("There is no such plugin.");

    public string ClientId => request.ClientId!;

    /// <summary>
    /// Step 2 of the enabling (R42): the minimal scopes fixed, the others as checkboxes. There is no "grant all" button (R69).
    /// </summary>
    /// <param name="context">The request; its response must not have started.</param>
    /// <param name="ticket">See <see cref="ConsentForms"/>.</param>
    /// <param name="asked">The scopes requested by the plugin; empty for all certified ones.</param>
    /// <param name="refusal">Why the last attempt was refused.</param>
    public Task Ask(HttpContext context, string ticket, ImmutableArray<string> asked, Refusal? refusal) =>
        Page(
            context,
            refusal is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict,
            texts.Title,
            ConsentQuestion.Of(request, session, Document, ticket, asked, refusal)
        );

    /// <summary>The second confirmation, for scopes beyond the minimal ones (R69).</summary>
    public Task Confirm(HttpContext context, string ticket, InstallationCommand.Consent consent, string confirmation) =>
        Page(
            context,
            StatusCodes.Status200OK,
            texts.ConfirmTitle,
            ConsentConfirmation.Of(request, Document, ticket, consent, confirmation)
        );

    /// <summary>Tells staff and finance why they cannot continue.</summary>
    public Task NotAllowed(HttpContext context) =>
        Page(context, StatusCodes.Status403Forbidden, texts.NotAllowedTitle, RoleRefused.Of(request, session, signIn));

    public Task AnotherSeller(HttpContext context, string? asked) =>
        Page(context, StatusCodes.Status403Forbidden, texts.AnotherSellerTitle, OtherSeller.Of(asked, session, signIn));

    public Task Unreadable(HttpContext context) =>
        Page(context, StatusCodes.Status400BadRequest, texts.UnreadableTitle, Notice.Of(texts.UnreadableTitle, texts.Unreadable));

    private Task Page(HttpContext context, int status, string title, RenderFragment body)
    {
        var targets = new[] { new Uri(request.RedirectUri!).GetLeftPart(UriPartial.Authority), signInOrigin };
        var head = new PageHead(texts.Language, title) { FormTargets = string.Join(' ', targets.Where(origin => origin.Length > 0)) };
        return BrowserPage.Write(context, status, head, ConsentFrame.Of(request, body));
    }
}

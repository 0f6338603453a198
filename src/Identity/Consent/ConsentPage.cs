using System.Collections.Immutable;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Microsoft.AspNetCore.Components;
using OpenIddict.Abstractions;

namespace Marketplace.Identity.Consent;

/// <summary>The pages a seller's browser sees between the plugin and the code. They hold nothing of any buyer.</summary>
/// <param name="request">The authorization request; checked.</param>
/// <param name="session">Who is signed in.</param>
/// <param name="document">What is to be consented to.</param>
/// <param name="texts">In which language.</param>
/// <param name="signIn">Where another user signs in; null if no page is set.</param>
/// <param name="signInOrigin">Its origin if it is not of this host; else empty.</param>
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
    /// Step 2 of the enabling (R42): the minimal scopes fixed, the others to be ticked. There is no button for everything (R69).
    /// </summary>
    /// <param name="context">Its answer has not begun.</param>
    /// <param name="ticket">See <see cref="ConsentForms"/>.</param>
    /// <param name="asked">What the plugin asks for; empty for all it is certified for.</param>
    /// <param name="refusal">Why the last attempt was not taken.</param>
    public Task Ask(HttpContext context, string ticket, ImmutableArray<string> asked, Refusal? refusal) =>
        Page(
            context,
            refusal is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict,
            texts.Title,
            ConsentQuestion.Of(request, session, Document, ticket, asked, refusal)
        );

    /// <summary>The second confirmation of what goes beyond the minimal scopes (R69).</summary>
    public Task Confirm(HttpContext context, string ticket, InstallationCommand.Consent consent, string confirmation) =>
        Page(
            context,
            StatusCodes.Status200OK,
            texts.ConfirmTitle,
            ConsentConfirmation.Of(request, Document, ticket, consent, confirmation)
        );

    /// <summary>Staff and finance see why they cannot go on.</summary>
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

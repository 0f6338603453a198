using System.Collections.Immutable;
using Marketplace.Identity.Browser;
using Marketplace.Installations;
using Marketplace.Sellers;
using OpenIddict.Abstractions;
using static Marketplace.Identity.Browser.BrowserPage;

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
    public Task Ask(HttpContext context, string ticket, ImmutableArray<string> asked, Refusal? refusal)
    {
        var optional = Document.Optional.Where(scope => asked.IsEmpty || asked.Contains(scope.Info.Scope)).ToArray();
        return Page(
            context,
            refusal is null ? StatusCodes.Status200OK : StatusCodes.Status409Conflict,
            texts.Title,
            $"""
            <h1>{Encode(texts.Asks(Document.Plugin.Name, session.Seller.Value))}</h1>
            <p class="hint">{Encode(texts.SignedIn(session.User, session.Seller.Value))}</p>
            {(refusal is null ? "" : $"""<p class="alert" role="alert">{Encode(texts.Refused(refusal))}</p>""")}
            {FormStart(ticket)}
            <h2>{Encode(texts.Required)}</h2>
            <p class="hint">{Encode(Document.Required.IsEmpty ? texts.NothingRequired : texts.RequiredHint)}</p>
            {string.Concat(Document.Required.Select(scope => Line(scope, isFixed: true, isTicked: true)))}
            {(optional.Length == 0 ? "" : $"""
            <h2>{Encode(texts.Optional)}</h2>
            <p class="hint">{Encode(texts.OptionalHint)}</p>
            {string.Concat(optional.Select(scope => Line(scope, isFixed: false, Document.Granted.Contains(scope.Info.Scope))))}
            """)}
            <details><summary>{Encode(texts.Agreement)} {Encode(Document.Plugin.Manifest.Agreement.Version)}</summary>
              <p>{Encode(texts.In(Document.Plugin.Manifest.Agreement.Text))}</p><code>SHA-256 {Encode(Document.Plugin.Manifest.Agreement.Hash)}</code></details>
            <p class="hint">{Encode(texts.Terms(Document.Term, Document.SensitiveTerm))}</p>
            <p class="hint">{Encode(texts.EntityNote)}</p>
            {Agreement(Document.Plugin.Manifest.Agreement.Version, Document.Plugin.Manifest.Agreement.Hash)}
            <div class="actions"><button name="decision" value="accept">{Encode(texts.Accept)}</button>{DenyButton}</div>
            </form>
            """
        );
    }

    /// <summary>The second confirmation, for scopes beyond the minimal ones (R69).</summary>
    public Task Confirm(HttpContext context, string ticket, InstallationCommand.Consent consent, string confirmation)
    {
        var beyond = Document.Optional.Where(scope => consent.Scopes.Contains(scope.Info.Scope));
        return Page(
            context,
            StatusCodes.Status200OK,
            texts.ConfirmTitle,
            $"""
            <h1>{Encode(texts.ConfirmTitle)}</h1>
            <p class="alert" role="alert">{Encode(texts.ConfirmHint)}</p>
            {string.Concat(beyond.Select(scope => Line(scope, isFixed: true, isTicked: true)))}
            {FormStart(ticket)}
            {string.Concat(beyond.Select(scope => $"""<input type="hidden" name="grant" value="{Encode(scope.Info.Scope)}">"""))}
            <input type="hidden" name="confirmation" value="{Encode(confirmation)}">
            {Agreement(consent.AgreementVersion, consent.AgreementHash)}
            <div class="actions"><button name="decision" value="accept">{Encode(texts.ConfirmButton)}</button>{DenyButton}</div>
            </form>
            <p><a href="{Encode(ConsentForms.Address(request))}">{Encode(texts.Back)}</a></p>
            """
        );
    }

    /// <summary>Tells staff and finance why they cannot continue.</summary>
    public Task NotAllowed(HttpContext context) =>
        Page(
            context,
            StatusCodes.Status403Forbidden,
            texts.NotAllowedTitle,
            $"""
            <h1>{Encode(texts.NotAllowedTitle)}</h1>
            <p>{Encode(texts.NotAllowed)}</p>
            <p class="hint">{Encode(texts.SignedIn(session.User, session.Seller.Value))} · {Encode(session.Role.Text())}</p>
            {FormStart("")}<div class="actions">{DenyButton}</div></form>
            {SwitchUser}
            """
        );

    public Task AnotherSeller(HttpContext context, string? asked) =>
        Page(
            context,
            StatusCodes.Status403Forbidden,
            texts.AnotherSellerTitle,
            $"""
            <h1>{Encode(texts.AnotherSellerTitle)}</h1>
            <p>{Encode(texts.ForAnother(asked))} {Encode(texts.SignedIn(session.User, session.Seller.Value))}</p>
            {SwitchUser}
            """
        );

    public Task Unreadable(HttpContext context) =>
        Page(
            context,
            StatusCodes.Status400BadRequest,
            texts.UnreadableTitle,
            $"<h1>{Encode(texts.UnreadableTitle)}</h1><p>{Encode(texts.Unreadable)}</p>"
        );

    private string DenyButton => $"""<button class="secondary" name="decision" value="deny">{Encode(texts.Deny)}</button>""";

    private string SwitchUser => signIn is null ? "" : $"""<p><a href="{Encode(signIn)}">{Encode(texts.SwitchUser)}</a></p>""";

    private string SignOutForm =>
        $"""
            <form method="post" action="{SellerSignIn.SignOutPath}?{ReaderLanguages.LanguageParameter}={texts.Language.Code()}">
            <p class="sign-out"><button class="secondary">{Encode(texts.SignOut)}</button></p></form>
            """;

    private string FormStart(string ticket) =>
        $"""
            <form method="post" action="{SellerSignIn.AuthorizePath}">
            {ConsentForms.Hidden(request)}
            <input type="hidden" name="{ConsentForms.TicketField}" value="{Encode(ticket)}">
            """;

    private static string Agreement(string version, string hash) =>
        $"""
            <input type="hidden" name="agreement_version" value="{Encode(
                version
            )}"><input type="hidden" name="agreement_hash" value="{Encode(hash)}">
            """;

    private string Line(ConsentScope scope, bool isFixed, bool isTicked)
    {
        var info = scope.Info;
        var marks = new[]
        {
            Document.Granted.Contains(info.Scope) ? texts.GrantedMark : null,
            IsPending(info.Scope) ? texts.PendingMark : null,
        }.OfType<string>();
        return $"""
            <div class="card scope">
              <input type="checkbox" id="{Encode(info.Scope)}" {(
                isFixed ? "disabled" : $"""name="grant" value="{Encode(info.Scope)}" """
            )} {(isTicked ? "checked" : "")}>
              <label for="{Encode(info.Scope)}"><b>{Encode(texts.In(info.Name))}</b><span class="risk{(
                info.IsSensitive ? " sensitive" : ""
            )}">{Encode(texts.Risk(info.Risk))}</span>
                {string.Concat(marks.Select(mark => $"""<span class="risk">{Encode(mark)}</span>"""))}<br>
                {Encode(texts.In(scope.Purpose))}<br>
                <small>{Encode(texts.Without(texts.In(scope.Without)))}</small> <code>{Encode(info.Scope)}</code></label>
            </div>
            """;
    }

    private bool IsPending(string scope) => Document.Pending.Any(pending => pending.Info.Scope == scope);

    private Task Page(HttpContext context, int status, string title, string body)
    {
        var other = texts.Language.Other();
        var targets = string.Join(
            ' ',
            new[] { new Uri(request.RedirectUri!).GetLeftPart(UriPartial.Authority), signInOrigin }.Where(origin => origin.Length > 0)
        );
        return Write(
            context,
            status,
            texts.Language,
            title,
            $"""<nav><a href="{Encode(ConsentForms.Address(request, other.Code()))}" lang="{other.Tag()}">{other.OwnName()}</a></nav>{body}{SignOutForm}""",
            targets
        );
    }
}

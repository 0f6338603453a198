using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using Marketplace.Catalogue;
using Marketplace.Identity.Browser;
using Marketplace.Identity.Clients;
using Marketplace.Identity.SubjectTokens;
using Marketplace.Identity.Tokens;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Identity.Consent;

/// <summary>
/// The browser flow started by a plugin: sign-in, consent, code. OpenIddict has already checked client, address and PKCE; the consent is a
/// fact of the installation before a code is issued (R42).
/// </summary>
internal sealed class ConsentFlow(
    IOpenIddictApplicationManager applications,
    IOpenIddictAuthorizationManager authorizations,
    ISellerConsents consents,
    ConsentForms forms,
    IOptions<SellerIdentityOptions> options
)
{
    public const string SellerParameter = "seller";
    public const string LanguageParameter = ReaderLanguages.LanguageParameter;

    private const int MaxScopes = 64;

    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapMethods(SellerSignIn.AuthorizePath, ["GET", "POST"], static (HttpContext context, ConsentFlow flow) => flow.Run(context))
            .TakesAnyQuery()
            .AllowAnonymous()
            .ExcludeFromDescription();

    private async Task Run(HttpContext context)
    {
        var request = context.GetOpenIddictServerRequest()
            ?? throw new InvalidOperationException("The authorization server did not process this request.");
        var application = await applications.FindByClientIdAsync(request.ClientId!, context.RequestAborted);
        var profile = application is null ? null : await ClientProfile.Of(applications, application, context.RequestAborted);
        if (profile?.Plugin is not { } pluginText || !PluginId.TryParse(pluginText, null, out var plugin))
        {
            await Fail(context, Errors.UnauthorizedClient, "Only a plugin's client may ask a seller for consent.");
            return;
        }

        if (await SellerSession.Of(context) is not { } session)
        {
            await AskToSignIn(context, request);
            return;
        }

        var asked = (string?)request[SellerParameter];
        var id = new InstallationId(session.Seller, plugin);
        var document = await consents.Document(id, context.RequestAborted);
        var page = new ConsentPage(request, session, document, TextsOf(context, request), SignInAddress(request), SignInOrigin());
        if (document is null || ScopesOf(request).Except(document.Plugin.Scopes).Any())
        {
            await Fail(context, Errors.InvalidScope, "A scope was asked for that the plugin is not certified for.");
        }
        else if (request.HasParameter(SellerParameter) && asked != session.Seller.Value)
        {
            await page.AnotherSeller(context, asked);
        }
        else if (HttpMethods.IsPost(context.Request.Method))
        {
            await Decide(context, application!, id, page);
        }
        else if (request.HasPromptValue(PromptValues.None))
        {
            await Fail(context, Errors.ConsentRequired, "The seller must be asked.");
        }
        else
        {
            await Show(context, page);
        }
    }

    private Task Show(HttpContext context, ConsentPage page) =>
        page.Session.Role.MayConsent()
            ? page.Ask(context, forms.NewTicket(page.Session, page.ClientId), ScopesOf(page.Request), null)
            : page.NotAllowed(context);

    private async Task Decide(HttpContext context, object application, InstallationId id, ConsentPage page)
    {
        var form = await BrowserPage.ReadForm(context);
        if (form is null)
        {
            await page.Unreadable(context);
            return;
        }

        if (form["decision"] == "deny")
        {
            await Fail(context, Errors.AccessDenied, "The seller did not consent.");
            return;
        }

        if (!page.Session.Role.MayConsent())
        {
            await page.NotAllowed(context);
            return;
        }

        var operation = forms.OperationOf(form[ConsentForms.TicketField], page.Session, page.ClientId);
        var required = page.Document.Required.Select(scope => scope.Info.Scope);
        var scopes = required.Concat(form["grant"].OfType<string>()).Distinct(StringComparer.Ordinal).ToImmutableArray();
        if (operation is null || scopes.Length > MaxScopes)
        {
            await Show(context, page);
            return;
        }

        var consent = new InstallationCommand.Consent(
            form["agreement_version"].ToString(),
            form["agreement_hash"].ToString(),
            scopes,
            form["confirmation"] is [{ Length: > 0 } given] ? given : null,
            int.TryParse(form["price_version"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? version
                : null
        );
        await Give(context, application, id, page, consent, operation);
    }

    private async Task Give(
        HttpContext context,
        object application,
        InstallationId id,
        ConsentPage page,
        InstallationCommand.Consent consent,
        string operation
    )
    {
        var given = await consents.Give(id, consent, By(context, page.Session, operation), context.RequestAborted);
        if (given.Refusal is not { } refusal)
        {
            await IssueCode(context, application, id, page.ClientId, given.Value);
        }
        else if (refusal.Code == InstallationRefusals.BroaderGrantCode && refusal.TryGet(RefusalFacts.Confirmation, out var confirmation))
        {
            await page.Confirm(context, forms.NewTicket(page.Session, page.ClientId), consent, confirmation);
        }
        else
        {
            await page.Ask(context, forms.NewTicket(page.Session, page.ClientId), ScopesOf(page.Request), refusal);
        }
    }

    private async Task IssueCode(HttpContext context, object application, InstallationId id, string clientId, DateTimeOffset since)
    {
        var identity = PluginToken.Identity(clientId, id.ToString(), enabledAt: null);
        var authorization = await authorizations.CreateAsync(
            new OpenIddictAuthorizationDescriptor
            {
                ApplicationId = await applications.GetIdAsync(application, context.RequestAborted),
                // The consent's own instant: its tokens end with the enablement it belongs to.
                CreationDate = since,
                Status = Statuses.Valid,
                Subject = clientId,
                Type = AuthorizationTypes.Permanent,
            },
            context.RequestAborted
        );
        identity.SetAuthorizationId(await authorizations.GetIdAsync(authorization, context.RequestAborted));
        await context.SignInAsync(OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, new ClaimsPrincipal(identity));
    }

    private async Task AskToSignIn(HttpContext context, OpenIddictRequest request)
    {
        if (request.HasPromptValue(PromptValues.None))
        {
            await Fail(context, Errors.LoginRequired, "The seller is not signed in.");
        }
        else if (SignInAddress(request) is { } address)
        {
            BrowserPage.SeeOther(context, address);
        }
        else
        {
            await Fail(context, Errors.TemporarilyUnavailable, "No sign-in page is set (Marketplace:SellerIdentity:SignInUri).");
        }
    }

    private static Task Fail(HttpContext context, string error, string description) =>
        context.ForbidAsync(
            OpenIddictServerAspNetCoreDefaults.AuthenticationScheme,
            new AuthenticationProperties(
                new Dictionary<string, string?>
                {
                    [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
                    [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = description,
                }
            )
        );

    private string? SignInAddress(OpenIddictRequest request) =>
        SellerSignIn.AddressFor(options.Value, ConsentForms.Address(request), (string?)request[LanguageParameter] ?? request.UiLocales);

    private string SignInOrigin() => options.Value.SignInUri is { IsAbsoluteUri: true } page ? page.GetLeftPart(UriPartial.Authority) : "";

    /// <summary>
    /// The scopes requested by the plugin; empty if it leaves the choice to the seller. OpenID Connect's scopes are ignored.
    /// </summary>
    private static ImmutableArray<string> ScopesOf(OpenIddictRequest request) =>
        [.. request.GetScopes().Where(scope => scope is not (Scopes.OpenId or Scopes.OfflineAccess))];

    private static Initiator By(HttpContext context, SellerSession session, string operation)
    {
        _ = CallerAddress.TryRead(context, out var address);
        return new Initiator(
            ActorId.OfUser("consent-page", session.User),
            OperationId.Internal("consent", operation),
            address,
            ActorRole.OfUser(session.Role)
        );
    }

    private static ConsentTexts TextsOf(HttpContext context, OpenIddictRequest request) =>
        new(
            ReaderLanguages.Choose(
                (string?)request[LanguageParameter],
                request.UiLocales,
                context.Request.Headers.AcceptLanguage,
                ReaderLanguage.Chinese
            )
        );
}

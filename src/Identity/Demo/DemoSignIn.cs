using Marketplace.Identity.Browser;
using Marketplace.Sellers;
using static Marketplace.Identity.Browser.BrowserPage;

namespace Marketplace.Identity.Demo;

/// <summary>
/// The demo issuer's sign-in page: choose seller, user and role. The subject token then passes through the browser to the marketplace, as
/// from a real issuer's page.
/// </summary>
public static class DemoSignIn
{
    public const string Path = "/demo/issuer/sign-in";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).AllowAnonymous().TakesAnyQuery().ExcludeFromDescription();
        endpoints.MapPost(Path, SignIn).AllowAnonymous().TakesAnyQuery().ExcludeFromDescription();
    }

    private static Task Show(HttpContext context, DemoSellers sellers) =>
        Form(context, sellers, StatusCodes.Status200OK, context.Request.Query["return"], null);

    private static async Task SignIn(HttpContext context, DemoIssuer issuer, DemoSellers sellers)
    {
        var language = ReaderLanguages.Of(context.Request);
        var form = await ReadForm(context);
        if (
            form is null
            || !SellerId.TryParse(form["seller"], null, out var seller)
            || !DemoIssuer.IsUser(form["user"])
            || SellerRoles.Parse(form["role"]) is not { } role
        )
        {
            var complaint = language.Of(DemoSignInTexts.Incomplete);
            await Form(context, sellers, StatusCodes.Status400BadRequest, form?["return"], complaint);
            return;
        }

        var token = await issuer.Issue(seller, form["user"]!, role, context.RequestAborted);
        await Write(
            context,
            StatusCodes.Status200OK,
            Head(language),
            DemoHandOver.Of($"{form["user"]} · {seller} · {language.Of(NameOf(role))}", token, form["return"].ToString())
        );
    }

    private static Task Form(HttpContext context, DemoSellers sellers, int status, string? returnPath, string? complaint) =>
        Write(context, status, Head(ReaderLanguages.Of(context.Request)), DemoSignInForm.Of(sellers, returnPath ?? "", complaint));

    /// <summary>The address of the page in a language.</summary>
    internal static string Address(ReaderLanguage language, string returnPath) =>
        $"{language.AddressOf(Path)}&return={Uri.EscapeDataString(returnPath)}";

    /// <summary>The role for people.</summary>
    internal static BilingualText NameOf(SellerRole role) =>
        role switch
        {
            SellerRole.Owner => DemoSignInTexts.Owner,
            SellerRole.Staff => DemoSignInTexts.Staff,
            _ => DemoSignInTexts.Finance,
        };

    private static PageHead Head(ReaderLanguage language) => new(language, language.Of(DemoSignInTexts.Title));
}

/// <summary>The sellers offered by the sign-in page.</summary>
public sealed record DemoSellers(IReadOnlyList<string> Ids);

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
            var complaint = language.Of("请选择店铺、用户和角色。", "Choose shop, user and role.");
            await Form(context, sellers, StatusCodes.Status400BadRequest, form?["return"], complaint);
            return;
        }

        var token = await issuer.Issue(seller, form["user"]!, role, context.RequestAborted);
        await Write(
            context,
            StatusCodes.Status200OK,
            language,
            Title(language),
            $"""
            <h1>{Title(language)}</h1>
            <p>{Encode($"{form["user"]} · {seller} · {language.Of(RoleName(role))}")}</p>
            <form method="post" action="{WithLanguage(IdentityNames.SellerSignInPath, language)}">
              <input type="hidden" name="subject_token" value="{Encode(token)}">
              <input type="hidden" name="return" value="{Encode(form["return"])}">
              <div class="actions"><button autofocus>{language.Of("继续", "Continue")}</button></div>
            </form>
            """
        );
    }

    private static Task Form(HttpContext context, DemoSellers sellers, int status, string? returnPath, string? complaint)
    {
        var language = ReaderLanguages.Of(context.Request);
        var other = language.Other();
        var roles = Enum.GetValues<SellerRole>()
            .Select(role => $"""<option value="{role.Text()}">{language.Of(RoleName(role))}</option>""");
        return Write(
            context,
            status,
            language,
            Title(language),
            $"""
            <nav><a href="{Encode(
                $"{WithLanguage(Path, other)}&return={Uri.EscapeDataString(returnPath ?? "")}"
            )}" lang="{other.Tag()}">{other.OwnName()}</a></nav>
            <h1>{Title(language)}</h1>
            <p class="hint">{language.Of("演示模式不要求密码。", "Demo mode asks for no password.")}</p>
            {(complaint is null ? "" : $"""<p class="alert" role="alert">{Encode(complaint)}</p>""")}
            <form method="post" action="{WithLanguage(Path, language)}">
              <label class="field">{language.Of("店铺", "Shop")}
                <input type="text" name="seller" list="sellers" required maxlength="64" autofocus></label>
              <datalist id="sellers">{string.Concat(sellers.Ids.Select(id => $"""<option value="{Encode(id)}">"""))}</datalist>
              <label class="field">{language.Of("用户", "User")}
                <input type="text" name="user" required maxlength="128" value="li-lei"></label>
              <label class="field">{language.Of("角色", "Role")}
                <select name="role">{string.Concat(roles)}</select></label>
              <input type="hidden" name="return" value="{Encode(returnPath)}">
              <div class="actions"><button>{language.Of("登录", "Sign in")}</button></div>
            </form>
            """
        );
    }

    private static string Title(ReaderLanguage language) => language.Of("卖家登录（演示）", "Seller sign-in (demo)");

    private static BilingualText RoleName(SellerRole role) =>
        role switch
        {
            SellerRole.Owner => new("店主", "owner"),
            SellerRole.Staff => new("店员", "staff"),
            _ => new("财务", "finance"),
        };

    private static string WithLanguage(string path, ReaderLanguage language) =>
        $"{path}?{ReaderLanguages.LanguageParameter}={language.Code()}";
}

/// <summary>The sellers offered by the sign-in page.</summary>
public sealed record DemoSellers(IReadOnlyList<string> Ids);

using Marketplace.Sellers;

namespace Marketplace.Api.Identity.Demo;

/// <summary>
/// The demo issuer's sign-in page: choose seller, user and role; the subject token then goes through the browser to the marketplace, as
/// it would from the page of a real issuer.
/// </summary>
internal static class DemoSignIn
{
    public const string Path = "/demo/issuer/sign-in";
    private const string Title = "卖家登录（演示） Seller sign-in (demo)";

    public static void Map(IEndpointRouteBuilder endpoints)
    {
        endpoints.MapGet(Path, Show).AllowAnonymous().ExcludeFromDescription();
        endpoints.MapPost(Path, SignIn).AllowAnonymous().ExcludeFromDescription();
    }

    private static Task Show(HttpContext context, DemoSellers sellers) =>
        Form(context, sellers, StatusCodes.Status200OK, context.Request.Query["return"], null);

    private static async Task SignIn(HttpContext context, DemoIssuer issuer, DemoSellers sellers)
    {
        var form = BrowserPage.IsSameOrigin(context.Request) ? await BrowserPage.ReadForm(context) : null;
        if (form is null
            || !SellerId.TryParse(form["seller"], null, out var seller)
            || !DemoIssuerSetup.IsUser(form["user"])
            || SellerRoles.Parse(form["role"]) is not { } role)
        {
            await Form(context, sellers, StatusCodes.Status400BadRequest, form?["return"], "请选择店铺、用户和角色。 Choose seller, user and role.");
            return;
        }

        var token = await issuer.Issue(seller, form["user"]!, role, context.RequestAborted);
        await BrowserPage.Write(
            context,
            StatusCodes.Status200OK,
            "zh",
            Title,
            $"""
            <h1>{BrowserPage.Encode(Title)}</h1>
            <p>{BrowserPage.Encode($"{form["user"]} · {seller} · {role.Text()}")}</p>
            <form method="post" action="{IdentityNames.SellerSignInPath}">
              <input type="hidden" name="subject_token" value="{BrowserPage.Encode(token)}">
              <input type="hidden" name="return" value="{BrowserPage.Encode(form["return"])}">
              <div class="actions"><button autofocus>继续 Continue</button></div>
            </form>
            """);
    }

    private static Task Form(HttpContext context, DemoSellers sellers, int status, string? returnPath, string? complaint) => BrowserPage.Write(
        context,
        status,
        "zh",
        Title,
        $"""
        <h1>{BrowserPage.Encode(Title)}</h1>
        <p class="hint">演示模式不要求密码。 Demo mode asks for no password.</p>
        {(complaint is null ? "" : $"""<p class="alert" role="alert">{BrowserPage.Encode(complaint)}</p>""")}
        <form method="post" action="{Path}">
          <label class="field">店铺 Seller
            <input type="text" name="seller" list="sellers" required maxlength="64" autofocus></label>
          <datalist id="sellers">{string.Concat(sellers.Ids.Select(id => $"""<option value="{BrowserPage.Encode(id)}">"""))}</datalist>
          <label class="field">用户 User
            <input type="text" name="user" required maxlength="128" value="li-lei"></label>
          <label class="field">角色 Role
            <select name="role">
              <option value="owner">店主 owner</option>
              <option value="staff">店员 staff</option>
              <option value="finance">财务 finance</option>
            </select></label>
          <input type="hidden" name="return" value="{BrowserPage.Encode(returnPath)}">
          <div class="actions"><button>登录 Sign in</button></div>
        </form>
        """);
}

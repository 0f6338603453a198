using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Marketplace.Identity.Browser;

/// <summary>What the pages for people have in common: no scripts, no frames, nothing from elsewhere, nothing kept.</summary>
public static class BrowserPage
{
    /// <summary>The form, or null if it cannot be read or another site's page sent it: no site may act for its victim.</summary>
    /// <param name="context">The request.</param>
    /// <param name="trusted">A further page whose forms count as ours.</param>
    public static async Task<IFormCollection?> ReadForm(HttpContext context, Uri? trusted = null) =>
        RequestSources.Of(context.Request, trusted) is RequestSource.Foreign ? null : await Forms.Read(context);

    /// <summary>True for a path of this host: anything else would make a form an open redirect.</summary>
    public static bool IsLocalPath(string? path) => path is ['/', not ('/' or '\\'), ..] && !path.Any(char.IsControl);

    public static void SeeOther(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
        context.Response.Headers.CacheControl = "no-store";
    }

    /// <summary>Writes a whole page.</summary>
    /// <param name="context">Its answer has not begun.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="head">Title, language and styles.</param>
    /// <param name="body">What stands in <c>main</c>.</param>
    public static async Task Write(HttpContext context, int status, PageHead head, RenderFragment body)
    {
        // Before the answer begins: a component that fails must become a problem document, not half a page.
        var html = await Render(context.RequestServices, head, body);
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentLanguage = head.Language.Tag();
        response.Headers.Vary = "Accept-Language";
        response.Headers.ContentSecurityPolicy = PolicyOf(head);
        await response.WriteAsync(html, Encoding.UTF8, context.RequestAborted);
    }

    private static async Task<string> Render(IServiceProvider services, PageHead head, RenderFragment body)
    {
        await using var renderer = new HtmlRenderer(services, services.GetRequiredService<ILoggerFactory>());
        var parameters = ParameterView.FromDictionary(
            new Dictionary<string, object?> { [nameof(PageLayout.Head)] = head, [nameof(PageLayout.ChildContent)] = body }
        );
        return await renderer.Dispatcher.InvokeAsync(async () =>
            (await renderer.RenderComponentAsync<PageLayout>(parameters)).ToHtmlString()
        );
    }

    /// <summary>Nothing but the page's own styles, by their hash, and its form.</summary>
    private static string PolicyOf(PageHead head)
    {
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(head.Style)));
        var targets = head.FormTargets.Length > 0 ? " " + head.FormTargets : "";
        return $"default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'{targets}; frame-ancestors 'none'; base-uri 'none'";
    }
}

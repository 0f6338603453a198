using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace Marketplace.Identity.Browser;

/// <summary>Common parts of the HTML pages: no scripts, no frames, no external resources, no caching.</summary>
public static class BrowserPage
{
    /// <summary>Reads the form; null if it is unreadable or was sent by another site's page (CSRF).</summary>
    /// <param name="context">The request.</param>
    /// <param name="trusted">An additional page with trusted forms.</param>
    public static async Task<IFormCollection?> ReadForm(HttpContext context, Uri? trusted = null) =>
        RequestSources.Of(context.Request, trusted) is RequestSource.Foreign ? null : await Forms.Read(context);

    /// <summary>True for a path on this host; anything else would make the form an open redirect.</summary>
    public static bool IsLocalPath(string? path) => path is ['/', not ('/' or '\\'), ..] && !path.Any(char.IsControl);

    public static void SeeOther(HttpContext context, string path)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = path;
        context.Response.Headers.CacheControl = "no-store";
    }

    /// <summary>Writes a complete page.</summary>
    /// <param name="context">The request; its response must not have started.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="head">Title, language and styles.</param>
    /// <param name="body">The content of <c>main</c>.</param>
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

    /// <summary>Allows only the page's own styles, by their hash, and its form.</summary>
    private static string PolicyOf(PageHead head)
    {
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(head.Style)));
        var targets = head.FormTargets.Length > 0 ? " " + head.FormTargets : "";
        return $"default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'{targets}; frame-ancestors 'none'; base-uri 'none'";
    }
}

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

    public static string Encode(string? text) => WebUtility.HtmlEncode(text) ?? "";

    /// <summary>Writes a complete page.</summary>
    /// <param name="context">The request; its response must not have started.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="language">The language of title and body.</param>
    /// <param name="title">Plain text.</param>
    /// <param name="body">HTML, already encoded.</param>
    /// <param name="formTargets">Origins besides this host that a form, or the redirect after it, may target.</param>
    /// <param name="style">CSS of this page.</param>
    public static Task Write(
        HttpContext context,
        int status,
        ReaderLanguage language,
        string title,
        string body,
        string formTargets = "",
        string style = ""
    ) =>
        Write(context, status, new PageHead(language, title) { FormTargets = formTargets, Style = PageStyle.Common + style }, builder =>
            builder.AddMarkupContent(0, body)
        );

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
    /// <param name="style">The content of the page's only style element.</param>
    /// <param name="formTargets">Origins besides this host that a form may target.</param>
    public static string PolicyOf(string style, string formTargets = "")
    {
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(head.Style)));
        var targets = head.FormTargets.Length > 0 ? " " + head.FormTargets : "";
        return $"default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'{targets}; frame-ancestors 'none'; base-uri 'none'";
    }
}

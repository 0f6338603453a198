using System.Text;
using System.Text.Encodings.Web;

namespace Marketplace.Api.Problems;

/// <summary>The page behind every problem document's <c>doc</c>: the problem table for people.</summary>
public static class ProblemPage
{
    public const string Path = "/problems";

    private static readonly byte[] Page = Render();

    public static void MapProblemPage(this IEndpointRouteBuilder endpoints) => endpoints
        .MapGet(Path, () => TypedResults.Bytes(Page, "text/html; charset=utf-8"))
        .WithTags("Documentation")
        .WithSummary("The problem types, by code.");

    private static byte[] Render()
    {
        var html = new StringBuilder("""
            <!doctype html><html lang="en"><meta charset="utf-8"><title>Problem types</title>
            <style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}
            table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd}
            tr:target{background:#fff3c4}code{white-space:nowrap}</style>
            <h1>Problem types</h1><p>Whose matter it is: SYSTEM the platform's, ISV the plugin's, ISP an upstream's.</p>
            <table><tr><th>Code</th><th>Status</th><th>Title</th><th>Class</th><th>Same request may pass later</th></tr>
            """);
        foreach (var kind in ProblemKinds.All)
        {
            var title = HtmlEncoder.Default.Encode(kind.Title);
            html.Append(
                System.Globalization.CultureInfo.InvariantCulture,
                $"<tr id=\"{kind.Code}\"><td><code>{kind.Code}</code></td><td>{kind.Status}</td><td>{title}</td><td>{kind.Class}</td><td>{(kind.Retryable ? "yes" : "no")}</td></tr>\n");
        }

        return Encoding.UTF8.GetBytes(html.Append("</table></html>").ToString());
    }
}

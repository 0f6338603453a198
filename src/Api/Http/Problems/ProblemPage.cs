using Marketplace.Identity;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.Http.Problems;

/// <summary>The page behind every problem document's <c>doc</c>: the problem types in Chinese and English.</summary>
public static class ProblemPage
{
    public const string Path = IdentityNames.HelpPath;

    private const string Style = """
        main { max-width: 70rem; }
        table { border-collapse: collapse; width: 100%; background: #fff; }
        td, th { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d9dde5; }
        td:first-child { overflow-wrap: anywhere; }
        tr:target { background: #fff3c4; }
        """;

    public static void MapProblemPage(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet(Path, Write).Takes(ReaderLanguages.LanguageParameter, ReaderLanguages.LocalesParameter);

    private static Task Write(HttpContext context)
    {
        var language = ReaderLanguages.Of(context.Request);
        return BrowserPage.Write(
            context,
            StatusCodes.Status200OK,
            language,
            language.Of("错误类型", "Problem types"),
            Body(language),
            style: Style
        );
    }

    private static string Body(ReaderLanguage language)
    {
        var other = language.Other();
        var html = new StringBuilder(
            $"""
            <nav><a href="?{ReaderLanguages.LanguageParameter}={other.Code()}" lang="{other.Tag()}" hreflang="{other.Tag()}">{other.OwnName()}</a></nav>
            <h1>{language.Of("错误类型", "Problem types")}</h1>
            <p>{language.Of(
                "类别说明问题出在哪一方：SYSTEM 为平台，ISV 为插件，ISP 为外部服务。",
                "The class names the party in charge: SYSTEM the platform, ISV the plugin, ISP an upstream service.")}</p>
            """
        );
        AppendTable(html, Columns(language), ProblemKinds.All.Select(kind => (kind.Code, Cells(kind, language))));
        html.Append(
            language.Of(
                "<h2>OAuth 错误</h2><p>/connect/… 在 <code>error</code> 中返回的值。</p>",
                "<h2>OAuth errors</h2><p>What /connect/… answers in <code>error</code>.</p>"
            )
        );
        AppendTable(
            html,
            [language.Of("错误", "Error"), language.Of("含义", "Meaning")],
            HelpForErrors.All.Select(help =>
                (HelpForErrors.Anchor + help.Error, (string[])[Code(help.Error), BrowserPage.Encode(language.Of(help.Meaning))])
            )
        );
        return html.ToString();
    }

    private static string[] Columns(ReaderLanguage language) =>
        language is ReaderLanguage.Chinese
            ? ["代码", "状态码", "说明", "处理办法", "类别", "稍后重试可能成功"]
            : ["Code", "Status", "Title", "Class", "The same request may pass later"];

    private static string[] Cells(ProblemKind kind, ReaderLanguage language)
    {
        string[] first =
        [
            Code(kind.Code),
            kind.Status.ToString(CultureInfo.InvariantCulture),
            BrowserPage.Encode(ProblemTexts.Title(kind, language)),
        ];
        // English fixes are written beside each rule and appear only in problem documents.
        string[] fix = language is ReaderLanguage.Chinese ? [BrowserPage.Encode(ProblemFixes.Chinese[kind.Code] + "。")] : [];
        return [.. first, .. fix, kind.Class, kind.Retryable ? language.Of("是", "yes") : language.Of("否", "no")];
    }

    private static string Code(string code) => $"<code>{BrowserPage.Encode(code)}</code>";

    /// <param name="html">Receives the table.</param>
    /// <param name="columns">Plain texts.</param>
    /// <param name="rows">Anchor and cells; the cells are HTML.</param>
    private static void AppendTable(StringBuilder html, string[] columns, IEnumerable<(string Anchor, string[] Cells)> rows)
    {
        html.Append("<table><thead><tr>")
            .AppendJoin("", columns.Select(column => $"<th scope=\"col\">{column}</th>"))
            .Append("</tr></thead><tbody>\n");
        foreach (var (anchor, cells) in rows)
        {
            html.Append(CultureInfo.InvariantCulture, $"<tr id=\"{anchor}\">")
                .AppendJoin("", cells.Select(cell => $"<td>{cell}</td>"))
                .Append("</tr>\n");
        }

        html.Append("</tbody></table>\n");
    }
}

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
        var head = new PageHead(language, language.Of(ProblemPageTexts.Title)) { Style = PageStyle.Common + Style };
        return BrowserPage.Write(context, StatusCodes.Status200OK, head, ProblemTypes.Of());
    }
}

using Marketplace.Identity.Browser;

namespace Marketplace.Api.SellerApi.Labels;

/// <summary>
/// A label as a printable page of 100 × 150 mm. It is read at both ends of the route, so each name is in Chinese and English, the reader's
/// language first. Needs no script and loads nothing.
/// </summary>
internal static class LabelPage
{
    private const string Style = """
        @page{size:100mm 150mm;margin:0}body{margin:0;font:11pt/1.35 "Noto Sans CJK SC","Microsoft YaHei",Arial,sans-serif}
        main{box-sizing:border-box;width:100mm;height:150mm;padding:4mm;border:1px solid #000;display:flex;flex-direction:column;gap:3mm}
        h1{display:flex;gap:2mm;margin:0;border-bottom:2px solid #000;font-size:11pt}h1>:last-child{margin-left:auto}svg{width:100%;height:22mm}
        .number{text-align:center;font:bold 12pt monospace;letter-spacing:1px}dl{margin:0;display:grid;grid-template-columns:22mm 1fr;gap:1mm}dt{font-size:8pt}
        dd{margin:0;font-weight:bold;overflow-wrap:anywhere}footer{margin-top:auto;border-top:1px solid #000;font-size:8pt;overflow-wrap:anywhere}
        """;

    public static Task Write(HttpContext context, PrintedLabel printed)
    {
        var language = ReaderLanguages.Of(context.Request);
        var head = new PageHead(language, $"{language.Of(LabelTexts.Title)} {printed.Label.TrackingId}") { Style = Style };
        return BrowserPage.Write(context, StatusCodes.Status200OK, head, LabelSheet.Of(printed));
    }
}

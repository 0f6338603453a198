using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Marketplace.Identity.Browser;
using Marketplace.Labels;

namespace Marketplace.Api.SellerApi.Labels;

/// <summary>
/// A label as a printable page of 100 × 150 mm. It is read at both ends of the route, so each name is in Chinese and English, the reader's
/// language first. Needs no script and loads nothing.
/// </summary>
internal static class LabelPage
{
    private const int BarcodeHeight = 40;

    private const string Style = """
        @page{size:100mm 150mm;margin:0}body{margin:0;font:11pt/1.35 "Noto Sans CJK SC","Microsoft YaHei",Arial,sans-serif}
        main{box-sizing:border-box;width:100mm;height:150mm;padding:4mm;border:1px solid #000;display:flex;flex-direction:column;gap:3mm}
        h1{display:flex;gap:2mm;margin:0;border-bottom:2px solid #000;font-size:11pt}h1>:last-child{margin-left:auto}svg{width:100%;height:22mm}
        .number{text-align:center;font:bold 12pt monospace;letter-spacing:1px}dl{margin:0;display:grid;grid-template-columns:22mm 1fr;gap:1mm}dt{font-size:8pt}
        dd{margin:0;font-weight:bold;overflow-wrap:anywhere}footer{margin-top:auto;border-top:1px solid #000;font-size:8pt;overflow-wrap:anywhere}
        """;

    private static readonly HtmlEncoder Html = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>The page's content security policy: no external resources.</summary>
    public static string Policy { get; } = BrowserPage.PolicyOf(Style);

    public static string Render(PrintedLabel printed, ReaderLanguage language)
    {
        var (label, address) = (printed.Label, printed.Address);
        var carrier = Carriers.Find(label.Carrier);
        var weight = label.WeightG is { } grams ? string.Create(CultureInfo.InvariantCulture, $"{grams / 1000m:0.###} kg") : null;
        return $"""
            <!DOCTYPE html>
            <html lang="{language.Tag()}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{E(
                language.Of("面单", "Label")
            )} {E(label.TrackingId)}</title><style>{Style}</style></head>
            <body><main>
            <h1>{(carrier is null ? E(label.Carrier) : Both(carrier.Name.Zh, carrier.Name.En))}<span>{E(label.Service)}</span></h1>
            {Code128.ToSvg(label.TrackingId, BarcodeHeight)}
            <div class="number">{E(label.TrackingId)}</div>
            <dl>
            {Row(Both("收件人", "To"), address.Name)}{Row(Both("电话", "Phone"), address.Phone)}{Row(
                Both("地址", "Address"),
                address.Street
            )}{Row(Both("城市", "City"), address.City)}
            {Row(Both("省/州", "Region"), printed.Place?.Region)}{Row(Both("邮编", "Postcode"), address.Postcode)}{Row(
                Both("国家", "Country"),
                printed.Place?.Country
            )}{Row(Both("重量", "Weight"), weight)}
            </dl>
            <footer>{Both("订单", "Order")} {E(label.OrderId)} · {E(label.Installation.ToString())}<br>{E(
                label.Id.Value
            )} · {label.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC</footer>
            </main></body>
            </html>
            """;

        string Both(string zh, string en) =>
            $"""{E(language.Of(zh, en))} <span lang="{language.Other().Tag()}">{E(language.Other().Of(zh, en))}</span>""";
    }

    private static string Row(string name, string? value) =>
        string.IsNullOrEmpty(value) ? string.Empty : $"<dt>{name}</dt><dd>{E(value)}</dd>";

    private static string E(string? text) => Html.Encode(text ?? string.Empty);
}

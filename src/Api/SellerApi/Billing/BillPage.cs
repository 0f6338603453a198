using Marketplace.Billing;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.SellerApi.Billing;

/// <summary>A bill as a printable page. Needs no script and loads nothing.</summary>
internal static class BillPage
{
    private const string Style = """
        main { max-width: 60rem; }
        table { border-collapse: collapse; width: 100%; background: #fff; font-size: .88rem; }
        th, td { border: 1px solid #d9dde5; padding: .3rem .5rem; text-align: left; overflow-wrap: anywhere; }
        th { background: #eef1f6; }
        td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
        dd { margin: 0; overflow-wrap: anywhere; }
        @media print { body { background: #fff; font-size: 10pt; } main { max-width: none; padding: 0; } tr { break-inside: avoid; } }
        """;

    public static Task Write(HttpContext context, Bill bill)
    {
        var language = ReaderLanguages.Of(context.Request);
        var head = new PageHead(language, $"{new BillTexts(language).Title} {bill.Seller} {bill.Month:yyyy-MM}")
        {
            Style = PageStyle.Common + Style,
        };
        return BrowserPage.Write(context, StatusCodes.Status200OK, head, BillSheet.Of(bill, language));
    }
}

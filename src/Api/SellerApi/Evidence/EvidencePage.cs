using Marketplace.Evidence;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.SellerApi.Evidence;

/// <summary>A signed bundle as a printable page: the responsible party, every hop, every hash.</summary>
internal static class EvidencePage
{
    private const string Style = """
        main { max-width: 60rem; }
        table { border-collapse: collapse; width: 100%; background: #fff; font-size: .88rem; }
        th, td { border: 1px solid #d9dde5; padding: .3rem .5rem; text-align: left; vertical-align: top; }
        th { background: #eef1f6; font-weight: 600; white-space: nowrap; }
        td.at { white-space: nowrap; font-variant-numeric: tabular-nums; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; margin: .5rem 0; }
        dt { color: #566070; }
        dd { margin: 0; overflow-wrap: anywhere; }
        h3 { font-size: .95rem; margin: 1.25rem 0 .4rem; }
        .badge { display: inline-block; border-radius: .3rem; padding: .1rem .6rem; background: #e3ecfb; color: #113a7a; font-weight: 600; }
        .badge.none { background: #dff3e4; color: #11521f; }
        .badge.open { background: #eceff3; color: #3c4757; }
        .badge.platform, .badge.plugin, .badge.receiver { background: #fde5e0; color: #8a1c0a; }
        .badge.seller-setting { background: #fdf1d6; color: #6b4700; }
        .verdict { font-size: 1.1rem; }
        tr.failed td, tr.dead td, tr.parked td { background: #fff7f5; }
        tr.acknowledged td { background: #f4fbf6; }
        code { word-break: break-all; }
        @media print {
          body { background: #fff; font-size: 10pt; }
          main { max-width: none; padding: 0; }
          nav, .file { display: none; }
          tr, .card { break-inside: avoid; }
          h2, h3 { break-after: avoid; }
        }
        """;

    public static Task Write(HttpContext context, SignedEvidence signed)
    {
        var language = ReaderLanguages.Of(context.Request);
        var head = new PageHead(language, $"{new EvidenceTexts(language).Title} · {signed.Bundle.Facts.OrderId}")
        {
            Style = PageStyle.Common + Style,
        };
        var report = EvidenceReport.Of(signed, WithLanguage(context.Request, language.Other().Code()));
        return BrowserPage.Write(context, StatusCodes.Status200OK, head, report);
    }

    private static string WithLanguage(HttpRequest request, string language)
    {
        var query = request
            .Query.Where(pair => pair.Key != ReaderLanguages.LanguageParameter)
            .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value)))
            .Append(KeyValuePair.Create<string, string?>(ReaderLanguages.LanguageParameter, language));
        return request.Path + QueryString.Create(query).ToUriComponent();
    }
}

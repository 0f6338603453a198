using System.Globalization;
using System.Text;
using Marketplace.Evidence;
using Marketplace.Identity.Browser;
using static Marketplace.Identity.Browser.BrowserPage;

namespace Marketplace.Api.SellerApi.Evidence;

/// <summary>A signed bundle as a printable page: the responsible party, every hop, every hash.</summary>
internal sealed class EvidencePage(SignedEvidence signed, EvidenceTexts texts)
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

    private EvidenceBundle Bundle => signed.Bundle;

    private EvidenceFacts Facts => signed.Bundle.Facts;

    public Task Write(HttpContext context)
    {
        var other = texts.Language.Other();
        var body = $"""
            <nav><a href="{Encode(WithLanguage(context.Request, other.Code()))}" lang="{other.Tag()}">{other.OwnName()}</a></nav>
            <h1>{Encode(texts.Title)}</h1>
            <dl>
              <dt>{Encode(texts.Order)}</dt><dd>{Encode(Facts.OrderId)}</dd>
              <dt>{Encode(texts.Installation)}</dt><dd>{Encode(Facts.Installation)} · {Encode(Facts.Plugin.Name)}</dd>
              <dt>{Encode(texts.MadeAt)}</dt><dd>{Encode(texts.At(Facts.MadeAt))}</dd>
            </dl>
            {Verdict()}
            {Journeys()}
            {Terms()}
            {Rows()}
            {Signature()}
            """;
        return Identity.Browser.BrowserPage.Write(
            context,
            StatusCodes.Status200OK,
            texts.Language,
            $"{texts.Title} · {Facts.OrderId}",
            body,
            style: Style
        );
    }

    private static string WithLanguage(HttpRequest request, string language)
    {
        var query = request
            .Query.Where(pair => pair.Key != ReaderLanguages.LanguageParameter)
            .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value)))
            .Append(KeyValuePair.Create<string, string?>(ReaderLanguages.LanguageParameter, language));
        return request.Path + QueryString.Create(query).ToUriComponent();
    }

    private string Verdict()
    {
        var verdict = Bundle.Verdict;
        var decisive = verdict.Seq is { } seq
            ? $"<dt>{Encode(texts.Decisive)}</dt><dd>#{Number(seq)} {Encode(Facts.Events.First(@event => @event.Seq == seq).Type)}</dd>"
            : "";
        return $"""
            <h2>{Encode(texts.Verdict)}</h2>
            <section class="card">
              <p class="verdict">{Badge(verdict.Party)} {Encode(texts.In(verdict.Text))}</p>
              <dl><dt>{Encode(texts.Counts)}</dt><dd>{Encode(texts.Tally(verdict))}</dd>{decisive}</dl>
              <code>{Encode(verdict.Cause)}</code>
            </section>
            {(
                Bundle.Labels.Contains(EvidenceBundle.UncertifiedPlugin)
                    ? $"""<p class="alert" role="note">{Encode(texts.Uncertified)}</p>"""
                    : ""
            )}
            """;
    }

    private string Journeys()
    {
        var html = new StringBuilder().Append(CultureInfo.InvariantCulture, $"<h2>{Encode(texts.Journeys)}</h2>");
        if (Bundle.Journeys.IsEmpty)
        {
            html.Append(CultureInfo.InvariantCulture, $"<p class=\"hint\">{Encode(texts.NoEvents)}</p>");
        }

        foreach (var (journey, @event) in Bundle.Journeys.Zip(Facts.Events))
        {
            html.Append(Journey(journey, @event));
        }

        return html.ToString();
    }

    private string Journey(EvidenceJourney journey, EvidenceEvent @event) =>
        $"""
            <h3>#{Number(journey.Seq)} {Encode(@event.Type)} <span class="risk">{Encode(texts.StateOf(journey.State))}</span></h3>
            <p class="hint">{(
                journey.Party is EvidenceParty.None
                    ? ""
                    : Badge(journey.Party) + " " + Encode(texts.In(EvidenceCauses.Find(journey.Cause).Text)) + " "
            )}<code>{Encode(journey.WhyNot ?? journey.Cause)}</code></p>
            <table>
              <thead><tr><th>{Encode(texts.When)}</th><th>{Encode(texts.Hop)}</th><th>{Encode(texts.Details)}</th><th>{Encode(
                texts.Row
            )}</th></tr></thead>
              <tbody>{string.Concat(journey.Hops.Select(hop => Hop(hop, @event)))}</tbody>
            </table>
            """;

    private string Hop(EvidenceHop hop, EvidenceEvent @event) =>
        $"""<tr class="{Encode(hop.What)}"><td class="at">{Encode(texts.At(hop.At))}</td><td>{Encode(texts.Step(hop))}</td><td>{Details(hop, @event)}</td><td>{(hop.Row is { } row ? Number(row) : EvidenceTexts.None)}</td></tr>""";

    private string Details(EvidenceHop hop, EvidenceEvent @event)
    {
        if (hop.Row is null)
        {
            return $"{Encode(texts.Happened)} "
                + $"{Encode(texts.At(@event.Time))}<br><code>{Encode(@event.MessageId)}</code><br>{Encode(texts.Data)} "
                + $"<code>{Encode(@event.DataSha256)}</code>";
        }

        var words = new[]
        {
            hop.Channel,
            hop.Reason,
            hop.Status is { } status ? $"HTTP {Number(status)}" : null,
            hop.LatencyMs is { } latency ? $"{Number(latency)} ms" : null,
            hop.To is { } to ? $"… #{Number(to)}" : null,
            hop.Replay is { } replay ? $"replay {replay}" : null,
        };
        return Encode(string.Join(" · ", words.OfType<string>()))
            + Code(texts.Sent, hop.PayloadHash)
            + Code(texts.Received, hop.ResponseHash);
    }

    private static string Code(string what, string? hash) => hash is null ? "" : $"<br>{Encode(what)} <code>{Encode(hash)}</code>";

    private string Terms() =>
        $"""
            <h2>{Encode(texts.Terms)}</h2>
            <dl>
              <dt>{Encode(texts.Agreement)}</dt><dd>{Agreement()}</dd>
              <dt>{Encode(texts.Mode)}</dt><dd>{Encode(texts.ModeOf(Facts.Route))}</dd>
            </dl>
            <h3>{Encode(texts.Settings)}</h3>
            <table>
              <thead><tr><th>{Encode(texts.Since)}</th><th>{Encode(texts.State)}</th><th>{Encode(texts.Scopes)}</th><th>{Encode(
                texts.Window
            )}</th></tr></thead>
              <tbody>{string.Concat(Facts.Settings.Select(Setting))}</tbody>
            </table>
            """;

    private string Agreement() =>
        Facts.Agreement is { } agreement
            ? $"{Encode(agreement.Version)} · {Encode(texts.Accepted)} {Encode(texts.At(agreement.AcceptedAt))}<br><code>SHA-256 "
                + $"{Encode(agreement.Hash)}</code>"
            : Encode(texts.NoAgreement);

    private string Setting(EvidenceSetting setting) =>
        $"""<tr><td class="at">{Encode(texts.At(setting.At))}</td><td>{Encode(texts.Phase(setting.Phase))}</td><td>{Encode(string.Join(", ", setting.Scopes))}</td><td>{(setting.SyncWindowHours is { } hours ? Number(hours) : Encode(texts.NoWindow))}</td></tr>""";

    private string Rows() =>
        Facts.Rows.IsEmpty
            ? ""
            : $"""
        <h2>{Encode(texts.Rows)}</h2>
        <p class="hint">{Encode(texts.RowsHint)}</p>
        <table>
          <thead><tr><th>{Encode(texts.Row)}</th><th>{Encode(texts.When)}</th><th>{Encode(texts.Previous)}</th><th>{Encode(texts.Hash)}</th></tr></thead>
          <tbody>{string.Concat(Facts.Rows.Select(row =>
              $"""<tr><td>{Number(row.No)}</td><td class="at">{Encode(texts.At(row.At))}</td><td><code>{Encode(row.PreviousHash)}</code></td><td><code>{Encode(row.Hash)}</code></td></tr>"""))}</tbody>
        </table>
        """;

    private string Signature() =>
        $"""
            <h2>{Encode(texts.Signature)}</h2>
            <p class="hint">{Encode(texts.SignatureHint)}</p>
            <p class="file"><a download="{Encode(
                $"evidence-{Facts.OrderId}.json"
            )}" href="data:application/json;base64,{Convert.ToBase64String(signed.Encode())}">{Encode(texts.SaveFile)}</a></p>
            <dl>
              <dt>{Encode(texts.Bundle)}</dt><dd><code>{EvidenceBundle.HashOf(Bundle.Encode())}</code></dd>
              <dt>{Encode(texts.Key)}</dt><dd><code>{Encode(signed.Signature.KeyId)}</code></dd>
              <dt>{Encode(signed.Signature.Alg)}</dt><dd><code>{Convert.ToBase64String(signed.Signature.Value)}</code></dd>
            </dl>
            """;

    private string Badge(EvidenceParty party) => $"""<span class="badge {ClassOf(party)}">{Encode(texts.Party(party))}</span>""";

    private static string ClassOf(EvidenceParty party) =>
        party is EvidenceParty.SellerSetting ? "seller-setting" : party.ToString().ToLowerInvariant();

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

using System.Collections.Immutable;
using System.Globalization;
using Marketplace.Certification.Manifests;
using Marketplace.Schemas;

namespace Marketplace.Certification.Rules;

/// <summary>Rules about what sellers read and what the plugin says of itself.</summary>
internal static class TextRules
{
    private static readonly string[] Languages = ["zh-CN", "en", "es", "fr"];

    public static ImmutableArray<GateRule> All { get; } =
    [
        new("text-missing", GateSeverity.Blocking, "Name, summary and description are there in every language of the plugin.", Missing),
        new("text-blank", GateSeverity.Blocking, "Every text can be seen.", Blank),
        new("text-control", GateSeverity.Blocking, "Texts have no control characters; only the description has line breaks.", Control),
        new(
            "regime-without-market",
            GateSeverity.Blocking,
            "A regime's country is among the markets, if any are named.",
            RegimeWithoutMarket
        ),
        new("schema-unknown", GateSeverity.Blocking, "The pinned schema version is served.", SchemaUnknown),
        new("claim-date", GateSeverity.Blocking, "A verified claim was verified in the past, at most two years ago.", ClaimDate),
        new("claim-to-verify", GateSeverity.Review, "A reviewer reads the document of a verified claim.", ClaimToVerify),
    ];

    private static IEnumerable<Objection> Missing(GateInput input) =>
        from language in input.Manifest.Languages
        from text in Shown(input.Manifest)
        where text.Texts.In(language) is null
        select new Objection(
            text.Place,
            $"There is no text in {language}.",
            "A text in each of the plugin's languages.",
            $"{text.Place} {language}"
        );

    private static IEnumerable<Objection> Blank(GateInput input) =>
        from text in Everything(input.Manifest)
        where !text.Value.Any(IsVisible)
        select new Objection(text.Place, "The text is blank.", "A text that a seller can read.");

    private static IEnumerable<Objection> Control(GateInput input) =>
        from text in Everything(input.Manifest)
        where text.Value.Any(c => char.IsControl(c) && !(c == '\n' && text.Place.StartsWith("/description/", StringComparison.Ordinal)))
        select new Objection(text.Place, "The text has a control character.", "Plain text.");

    private static IEnumerable<Objection> RegimeWithoutMarket(GateInput input) =>
        from regime in input.Manifest.Regimes ?? []
        let country = CountryOf(regime)
        where !input.Manifest.Markets.IsEmpty && !input.Manifest.Markets.Contains(country)
        select new Objection(
            "/regimes",
            $"{regime} is named, but not its market {country}.",
            $"{country} in /markets, or no {regime}.",
            regime
        );

    private static IEnumerable<Objection> SchemaUnknown(GateInput input)
    {
        if (input.Manifest.Schema is { } schema && SchemaVersions.Standard.Find(schema) is null)
        {
            yield return new Objection(
                "/schema",
                $"There is no schema version {schema}.",
                $"One of {string.Join(", ", SchemaVersions.Standard.Names)}, or none for the newest."
            );
        }
    }

    private static IEnumerable<Objection> ClaimDate(GateInput input) =>
        from claim in Claims(input.Manifest)
        where claim.Claim.Date > input.AsOf || claim.Claim.Date < input.AsOf.AddYears(-2)
        select new Objection(
            $"{claim.Place}/date",
            claim.Claim.Date.Text(),
            $"A day from {input.AsOf.AddYears(-2).Text()} to {input.AsOf.Text()}.",
            claim.Claim.Document
        );

    private static IEnumerable<Objection> ClaimToVerify(GateInput input) =>
        Claims(input.Manifest)
            .Select(claim => new Objection(
                claim.Place,
                $"{claim.Claim.Verifier}: {claim.Claim.Text.En} ({claim.Claim.Document})",
                "The document says so.",
                claim.Claim.Document
            ));

    private static IEnumerable<(string Place, ManifestClaim Claim)> Claims(Manifest manifest) =>
        (manifest.Claims ?? []).Select(static (claim, index) => ($"/claims/{index}", claim));

    private static IEnumerable<(string Place, LocalTexts Texts)> Shown(Manifest manifest) =>
        [("/name", manifest.Name), ("/summary", manifest.Summary), ("/description", manifest.Description)];

    /// <summary>Every text of a manifest that people read.</summary>
    private static IEnumerable<(string Place, string Value)> Everything(Manifest manifest)
    {
        var texts = Shown(manifest)
            .Concat(
                manifest.Scopes.SelectMany(
                    static (scope, index) =>
                        new[] { ($"/scopes/{index}/purpose", scope.Purpose), ($"/scopes/{index}/without", scope.Without) }
                )
            )
            .Concat(
                (manifest.Prices.AddOns ?? []).SelectMany(
                    static (addOn, index) =>
                        new[] { ($"/prices/add_ons/{index}/name", addOn.Name), ($"/prices/add_ons/{index}/unlocks", addOn.Unlocks) }
                )
            )
            .Concat(Claims(manifest).Select(static claim => ($"{claim.Place}/text", claim.Claim.Text)));
        var written =
            from text in texts
            from language in Languages
            where text.Item2.In(language) is not null
            select ($"{text.Item1}/{language[..2]}", text.Item2.In(language)!);
        return written
            .Concat(manifest.Scopes.Select(static (scope, index) => ($"/scopes/{index}/feature", scope.Feature)))
            .Concat(Claims(manifest).Select(static claim => ($"{claim.Place}/verifier", claim.Claim.Verifier)))
            .Concat([("/plugin", manifest.Plugin), ("/version", manifest.Version), ("/support/email", manifest.Support.Email)]);
    }

    private static bool IsVisible(char c) => !char.IsWhiteSpace(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format;

    private static string CountryOf(string regime) =>
        regime switch
        {
            "epr-de" => "DE",
            "epr-fr" => "FR",
            "epr-at" => "AT",
            "anvisa" => "BR",
            "rostest" => "RU",
            _ => throw new ArgumentOutOfRangeException(nameof(regime), regime, "The schema does not know this regime."),
        };
}

using System.Text;
using System.Text.Json;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Certification;
using Marketplace.Certification.Manifests;
using Marketplace.Listings;

namespace Marketplace.Api.DeveloperApi;

/// <summary>Runs the gate over a version as tools/Gate does: the same files on the same day get the same verdict hash.</summary>
internal sealed class VersionGate([FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
{
    /// <summary>Maximum bytes of a request with manifest and scan.</summary>
    public const int MaxBody = 4 * 1024 * 1024;

    private const int MaxNamed = 5;

    /// <summary>Refuses what cannot be a manifest or a scan.</summary>
    public static Refusal? Complaint(VersionRequest request) =>
        request.Manifest.ValueKind != JsonValueKind.Object ? ListingRefusals.NoManifest("it is no JSON object")
        : request.Scan?.ValueKind is null or JsonValueKind.Null or JsonValueKind.Object ? null
        : ListingRefusals.NoManifest("its scan is no JSON object");

    /// <summary>The version with its report; refuses what is no manifest of the plugin.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="scan">A SARIF file; null for none.</param>
    /// <param name="listed">The listed version's manifest; null if none is listed.</param>
    /// <param name="developer">The developer's name.</param>
    /// <param name="number">The number of the version, from 1.</param>
    public Outcome<VersionDocument> Judge(
        PluginId plugin,
        JsonElement manifest,
        JsonElement? scan,
        string? listed,
        string? developer,
        int number
    )
    {
        var files = new GateFiles(Encoding.UTF8.GetBytes(manifest.GetRawText()))
        {
            Scan = Bytes(scan is { ValueKind: JsonValueKind.Object } file ? file.GetRawText() : null),
            Listed = Bytes(listed),
        };
        var report = Gate.Run(files, MarketCalendar.Shanghai.DayOf(time.GetUtcNow()), GatePolicy.Current);
        if (report is not { Plugin: { } named, Version: { } version })
        {
            return ListingRefusals.NoManifest(Reasons(report));
        }

        if (named != plugin.Value)
        {
            return ListingRefusals.NoManifest($"it is of the plugin '{named}'");
        }

        var parsed = Manifest.Parse(manifest);
        var hash = report.Inputs[0].Sha256;
        var blocking = report.Findings.Count(static finding => finding.Severity == GateSeverity.Blocking);
        var gate = new GateOutcome(report.VerdictHash, report.Policy, report.AsOf, blocking);
        return new VersionDocument(
            new VersionSubmission(hash, version, CatalogueFacets.CategoryOf(parsed.Category), gate),
            Encoding.UTF8.GetString(CanonicalJson.Write(manifest)),
            report.ToJson(),
            blocking == 0 ? ManifestProfile.Of(parsed, hash, developer, number) : null,
            parsed.Prices.EffectiveFrom
        );
    }

    // The type is named, because a null array would become an empty file.
    private static ReadOnlyMemory<byte>? Bytes(string? text) =>
        text is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(text);

    private static string Reasons(GateReport report) =>
        string.Join("; ", report.Findings.Take(MaxNamed).Select(finding => $"{finding.Place}: {finding.Evidence}"));
}

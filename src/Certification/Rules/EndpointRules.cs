using System.Collections.Immutable;
using System.Net;
using Marketplace.Certification.Manifests;

namespace Marketplace.Certification.Rules;

/// <summary>Rules about a plugin's addresses: transport, targets, residency (R20, R21).</summary>
internal static class EndpointRules
{
    private static readonly string[] ReservedSuffixes = [".local", ".localhost", ".internal", ".test", ".invalid", ".home.arpa", ".onion"];

    public static ImmutableArray<GateRule> All { get; } =
    [
        new("address-form", GateSeverity.Blocking, "An address is absolute, https, without user, fragment or IP literal.", Form),
        new("address-port", GateSeverity.Blocking, "An address has a permitted port.", Port),
        new("address-reserved", GateSeverity.Blocking, "An address's host is of the public internet.", Reserved),
        new("endpoint-repeated", GateSeverity.Blocking, "No endpoint is declared twice.", Repeated),
        new("webhook-missing", GateSeverity.Note, "A plugin without a webhook reads its events by itself.", NoWebhook),
        new("residency", GateSeverity.Blocking, "EU data are processed in Frankfurt only.", Residency),
    ];

    private static IEnumerable<Objection> Form(GateInput input) =>
        from address in Addresses(input.Manifest)
        where AddressOf(address.Url) is null
        select new Objection(address.Place, address.Url, "https://host/path: a name, no user, no fragment.", address.Url);

    private static IEnumerable<Objection> Port(GateInput input) =>
        from address in Addresses(input.Manifest)
        let read = AddressOf(address.Url)
        where read is not null && !input.Policy.Ports.Contains(read.Port)
        select new Objection(address.Place, $"Port {read.Port}.", $"Port {string.Join(" or ", input.Policy.Ports)}.", address.Url);

    private static IEnumerable<Objection> Reserved(GateInput input) =>
        from address in Addresses(input.Manifest)
        let read = AddressOf(address.Url)
        where read is not null && IsReserved(read.IdnHost)
        select new Objection(address.Place, read.IdnHost, "A host name that everybody can resolve.", address.Url);

    private static IEnumerable<Objection> Repeated(GateInput input) =>
        from endpoint in Endpoints(input.Manifest)
        where
            input
                .Manifest.Endpoints.Take(endpoint.Index)
                .Any(earlier => earlier.Kind == endpoint.Declared.Kind && IsSame(earlier.Url, endpoint.Declared.Url))
        select new Objection($"{endpoint.Place}/url", $"{endpoint.Declared.Url} is declared before.", "One declaration.");

    private static IEnumerable<Objection> NoWebhook(GateInput input)
    {
        if (input.Manifest.Endpoints.All(static endpoint => endpoint.Kind != "webhook"))
        {
            yield return new Objection("/endpoints", "No webhook is declared.", "A webhook, or a plugin that reads its events.");
        }
    }

    private static IEnumerable<Objection> Residency(GateInput input) =>
        from endpoint in Endpoints(input.Manifest)
        where input.IsEuFacing && endpoint.Declared.Region != "eu"
        select new Objection(
            $"{endpoint.Place}/region",
            $"{endpoint.Declared.Region}, while the plugin handles EU data ({Why(input)}).",
            "eu",
            endpoint.Declared.Url
        );

    private static string Why(GateInput input) =>
        input.Manifest.ServesEu ? "it declares so"
        : input.Manifest.Markets.IsEmpty ? "it is made for all markets"
        : input.Manifest.Markets.FirstOrDefault(input.Policy.EuCountries.Contains) is { } country ? $"market {country}"
        : $"regime {(input.Manifest.Regimes ?? []).First(static regime => regime.StartsWith("epr-", StringComparison.Ordinal))}";

    private static IEnumerable<(int Index, string Place, ManifestEndpoint Declared)> Endpoints(Manifest manifest) =>
        manifest.Endpoints.Select(static (endpoint, index) => (index, $"/endpoints/{index}", endpoint));

    /// <summary>Every address of a manifest: sellers and reviewers open them, or data go there.</summary>
    private static IEnumerable<(string Place, string Url)> Addresses(Manifest manifest) =>
        Endpoints(manifest)
            .Select(static endpoint => ($"{endpoint.Place}/url", endpoint.Declared.Url))
            .Append(("/support/page", manifest.Support.Page))
            .Concat((manifest.Claims ?? []).Select(static (claim, index) => ($"/claims/{index}/document", claim.Document)));

    private static Uri? AddressOf(string url)
    {
        try
        {
            return
                Uri.TryCreate(url, UriKind.Absolute, out var address)
                && !url.Any(static c => c is '\\' || char.IsWhiteSpace(c) || char.IsControl(c))
                && address.Scheme == Uri.UriSchemeHttps
                && address.UserInfo.Length == 0
                && address.Fragment.Length == 0
                && address.HostNameType == UriHostNameType.Dns
                && !IPAddress.TryParse(HostOf(address), out _)
                ? address
                : null;
        }
        catch (UriFormatException)
        {
            // The name's ASCII form is too long.
            return null;
        }
    }

    private static bool IsSame(string one, string other) =>
        one == other || (AddressOf(one) is { } first && AddressOf(other) is { } second && first.AbsoluteUri == second.AbsoluteUri);

    private static bool IsReserved(string host)
    {
        // A trailing dot names the same host.
        var name = "." + host.TrimEnd('.');
        return name.LastIndexOf('.') == 0 || ReservedSuffixes.Any(suffix => name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase));
    }

    private static string HostOf(Uri address) => address.IdnHost.TrimEnd('.');
}

using System.Net;
using Marketplace.Identity;

namespace Marketplace.Api.Http.Network;

/// <summary>
/// Requirements for a production host reachable by others: an issuer, TLS or a proxy that terminates it, and a certificate for the key
/// ring. A host listening on loopback only gets a warning and starts, because others cannot reach it.
/// </summary>
public static partial class ProductionRules
{
    private const string IssuerSetting = IdentityOptions.Section + ":Issuer";
    private const string CertificateSetting = IdentityOptions.Section + ":KeyCertificate:Path";

    /// <summary>Why the host must not start, in one line that says what to set; null if it may.</summary>
    public static string? Refusal(IConfiguration configuration, bool isProduction)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (KnownProxies.Complaint(configuration) is { } complaint)
        {
            return complaint;
        }

        return isProduction && Addresses(configuration).Any(static address => !IsLoopback(address)) && Missing(configuration) is { } missing
            ? $"The Production environment needs more before it listens beyond this machine: {missing}. docs/operating.md, "
                + $"\"Before production\"."
            : null;
    }

    /// <summary>Logs the requirements that a production host on loopback lacks.</summary>
    public static void Advise(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        if (app.Environment.IsProduction() && Missing(app.Configuration) is { } missing)
        {
            LogMissing(app.Logger, missing);
        }
    }

    private static string? Missing(IConfiguration configuration)
    {
        List<string> missing = [];
        if (!Uri.TryCreate(configuration[IssuerSetting], UriKind.Absolute, out var issuer) || issuer.Scheme != Uri.UriSchemeHttps)
        {
            missing.Add($"set {IssuerSetting} to the https address that clients use");
        }

        if (!KnownProxies.AreNamed(configuration) && !Addresses(configuration).All(static address => IsLoopback(address) || IsTls(address)))
        {
            missing.Add($"listen on https, or set {KnownProxies.Setting}:0 to the address or network of the proxy that ends TLS");
        }

        if (string.IsNullOrWhiteSpace(configuration[CertificateSetting]))
        {
            missing.Add($"set {CertificateSetting} to a PKCS #12 file that encrypts the key ring");
        }

        return missing.Count == 0 ? null : string.Join("; ", missing);
    }

    /// <summary>The addresses Kestrel will listen on, by the same settings in the same order of precedence.</summary>
    private static string[] Addresses(IConfiguration configuration)
    {
        var endpoints = configuration
            .GetSection("Kestrel:Endpoints")
            .GetChildren()
            .Select(static endpoint => endpoint["Url"])
            .OfType<string>()
            .ToArray();
        if (endpoints.Length > 0)
        {
            return endpoints;
        }

        var urls = Split(configuration[WebHostDefaults.ServerUrlsKey]);
        if (urls.Length > 0)
        {
            return urls;
        }

        return
        [
            .. Split(configuration[WebHostDefaults.HttpPortsKey]).Select(static port => $"http://*:{port}"),
            .. Split(configuration[WebHostDefaults.HttpsPortsKey]).Select(static port => $"https://*:{port}"),
        ];
    }

    private static string[] Split(string? value) =>
        (value ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsTls(string address) => address.StartsWith("https://", StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopback(string address)
    {
        try
        {
            var binding = BindingAddress.Parse(address);
            return binding.IsUnixPipe
                || binding.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
                || (IPAddress.TryParse(binding.Host, out var ip) && IPAddress.IsLoopback(ip));
        }
        catch (FormatException)
        {
            // Kestrel reports its own error for it.
            return true;
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "This production host listens on loopback only, because required settings are missing: {Missing}"
    )]
    private static partial void LogMissing(ILogger logger, string missing);
}

using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Marketplace.Api.Http.Network;

/// <summary>
/// The configured proxies, as addresses or CIDR networks: only they may state a request's origin address and whether it used TLS. None may
/// state the host; see <see cref="KnownHosts"/>.
/// </summary>
public static class KnownProxies
{
    public const string Setting = "Marketplace:KnownProxies";

    /// <summary>True if any are configured.</summary>
    public static bool AreNamed(IConfiguration configuration) => Names(configuration).Length > 0;

    /// <summary>The defect of the setting, in one line; null if it is valid.</summary>
    public static string? Complaint(IConfiguration configuration) =>
        Names(configuration).FirstOrDefault(static name => NetworkOf(name) is null) is { } wrong
            ? $"{Setting} holds '{wrong}': give an IP address such as 10.0.0.7, or a network such as 10.0.0.0/16."
            : null;

    /// <summary>
    /// Takes the connection's address and scheme from the configured proxies, through any number of them, and from no other sender.
    /// </summary>
    /// <exception cref="StartRefusedException">The setting is not a list of addresses or networks.</exception>
    public static void UseKnownProxies(this WebApplication app)
    {
        if (Complaint(app.Configuration) is { } complaint)
        {
            throw new StartRefusedException(complaint);
        }

        if (!AreNamed(app.Configuration))
        {
            return;
        }

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var name in Names(app.Configuration))
        {
            options.KnownIPNetworks.Add(NetworkOf(name)!.Value);
        }

        app.UseForwardedHeaders(options);
    }

    private static string[] Names(IConfiguration configuration) =>
        [.. configuration.GetSection(Setting).GetChildren().Select(static entry => entry.Value).OfType<string>()];

    /// <summary>A single address is a network of one address.</summary>
    private static IPNetwork? NetworkOf(string name)
    {
        if (IPAddress.TryParse(name, out var address))
        {
            var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
            return new IPNetwork(plain, plain.GetAddressBytes().Length * 8);
        }

        return IPNetwork.TryParse(name, out var network) ? network : null;
    }
}

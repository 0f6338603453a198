using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Marketplace.Api.Http.Network;

/// <summary>
/// The proxies that the settings name, as addresses or as networks in CIDR form: they alone may say from where a request came and whether
/// it came by TLS. No one may say for which host it was; that is <see cref="KnownHosts"/>.
/// </summary>
public static class KnownProxies
{
    public const string Setting = "Marketplace:KnownProxies";

    /// <summary>True if the settings name any.</summary>
    public static bool AreNamed(IConfiguration configuration) => Names(configuration).Length > 0;

    /// <summary>What is wrong with the setting, in one line; null if nothing is.</summary>
    public static string? Complaint(IConfiguration configuration) =>
        Names(configuration).FirstOrDefault(static name => NetworkOf(name) is null) is { } wrong
            ? $"{Setting} holds '{wrong}': give an IP address such as 10.0.0.7, or a network such as 10.0.0.0/16."
            : null;

    /// <summary>
    /// Takes address and scheme of the connection from the proxies that are named, through any number of them, and from nobody else.
    /// </summary>
    /// <exception cref="StartRefusedException">The setting names something else.</exception>
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

    /// <summary>A single address is the network that holds only it.</summary>
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

using System.Net;
using System.Net.Sockets;

namespace Marketplace.Webhooks;

/// <summary>
/// Recognizes public internet addresses by IANA's special-purpose registries. Every IPv4 address not listed here is public; for IPv6 only
/// the global unicast block, minus its own exceptions.
/// </summary>
internal static class PublicAddresses
{
    private static readonly IPNetwork[] NotPublicV4 = Parse(
        "0.0.0.0/8", // this network
        "10.0.0.0/8", // private
        "100.64.0.0/10", // carrier-grade NAT; a cloud's metadata service, too
        "127.0.0.0/8", // loopback
        "168.63.129.16/32", // a cloud's host agent, although the block is public
        "169.254.0.0/16", // link-local; metadata services
        "172.16.0.0/12", // private
        "192.0.0.0/24", // protocol assignments; a cloud's metadata service, too
        "192.0.2.0/24", // documentation
        "192.88.99.0/24", // 6to4 relays
        "192.168.0.0/16", // private
        "198.18.0.0/15", // benchmarks
        "198.51.100.0/24", // documentation
        "203.0.113.0/24", // documentation
        "224.0.0.0/4", // multicast
        "240.0.0.0/4"
    ); // reserved, broadcast

    private static readonly IPNetwork GlobalV6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] NotPublicV6 = Parse(
        "2001::/23", // protocol assignments: Teredo, ORCHID, benchmarks
        "2001:db8::/32", // documentation
        "2002::/16", // 6to4: carries an IPv4 address
        "3fff::/20"
    ); // documentation

    // The well-known NAT64 prefix: a resolver behind NAT64 maps any IPv4 address into it. The last four bytes are the real target.
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    /// <summary>True if the address, or the IPv4 address embedded in it, is public.</summary>
    public static bool Contains(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return !Array.Exists(NotPublicV4, network => network.Contains(address));
        }

        if (Embedded(address) is { } embedded)
        {
            return Contains(embedded);
        }

        // An address with a scope is link-local, whatever its digits.
        return address.ScopeId == 0 && GlobalV6.Contains(address) && !Array.Exists(NotPublicV6, network => network.Contains(address));
    }

    /// <summary>True for this machine, including IPv4-mapped IPv6.</summary>
    public static bool IsLoopback(IPAddress address) => IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);

    private static IPAddress? Embedded(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12))
        : null;

    private static IPNetwork[] Parse(params ReadOnlySpan<string> networks)
    {
        var parsed = new IPNetwork[networks.Length];
        for (var i = 0; i < networks.Length; i++)
        {
            parsed[i] = IPNetwork.Parse(networks[i]);
        }

        return parsed;
    }
}

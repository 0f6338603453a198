using System.Net;
using System.Net.Sockets;
using Marketplace.Deliveries;
using Microsoft.Extensions.Options;

namespace Marketplace.Webhooks;

/// <summary>Looks a host's addresses up.</summary>
/// <exception cref="SocketException">There are none, or they cannot be looked up now.</exception>
public delegate Task<IPAddress[]> NameLookup(string host, CancellationToken cancellationToken);

/// <summary>
/// Keeps requests to plugins' endpoints away from everything that is not the public internet (SSRF). Asked when an endpoint is named, and
/// again with the very address that is connected to: a name may lead elsewhere by then.
/// </summary>
public sealed class AddressGuard(IOptions<WebhookOptions> options, NameLookup lookup)
{
    private readonly bool _allowLoopback = options.Value.AllowLoopback;
    private readonly IReadOnlyList<int> _ports = options.Value.AllowedPorts;

    /// <summary>Judges a URL by its form alone; null if it may be an endpoint.</summary>
    public Refusal? Judge(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (!url.IsAbsoluteUri || url.Scheme is not ("https" or "http"))
        {
            return DeliveryRefusals.Forbidden("An endpoint is an HTTPS address.");
        }

        var isLoopback = url.IsLoopback && _allowLoopback;
        if (url.Scheme == Uri.UriSchemeHttp && !isLoopback)
        {
            return DeliveryRefusals.Forbidden("An endpoint is an HTTPS address, not HTTP.");
        }

        if (url.UserInfo.Length > 0)
        {
            return DeliveryRefusals.Forbidden("The address must hold no credentials.");
        }

        if (!isLoopback && !_ports.Contains(url.Port))
        {
            return DeliveryRefusals.Forbidden($"An endpoint's port is {string.Join(" or ", _ports)}, not {url.Port}.");
        }

        // Whatever spelling of digits it is, also one that only becomes digits on the way to ASCII.
        if (IPAddress.TryParse(url.IdnHost, out var literal))
        {
            return IsAllowed(literal) ? null : NotPublic();
        }

        return url.HostNameType == UriHostNameType.Dns && (isLoopback || IsFullName(url.IdnHost))
            ? null
            : DeliveryRefusals.Forbidden("The address must name a host with its domain.");
    }

    /// <summary>As <see cref="Judge"/>, and all addresses of its host must be public now.</summary>
    public async ValueTask<Refusal?> Check(Uri url, CancellationToken cancellationToken)
    {
        if (Judge(url) is { } refusal)
        {
            return refusal;
        }

        try
        {
            await Resolve(url.IdnHost, cancellationToken);
            return null;
        }
        catch (ForbiddenAddressException)
        {
            return NotPublic();
        }
        catch (SocketException)
        {
            return DeliveryRefusals.Invalid("url", "an address whose host name can be looked up");
        }
    }

    /// <summary>A host's addresses, all of them public. One that is not spoils them all: who mixes them has something in mind.</summary>
    /// <exception cref="ForbiddenAddressException">One of them must not be connected to.</exception>
    /// <exception cref="SocketException">There are none.</exception>
    public async Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await lookup(host, cancellationToken);
        return addresses.Length == 0 ? throw new SocketException((int)SocketError.NoData)
            : Array.TrueForAll(addresses, IsAllowed) ? addresses
            : throw new ForbiddenAddressException();
    }

    /// <summary>Connects to what a name leads to now.</summary>
    /// <exception cref="ForbiddenAddressException">It leads to an address that must not be connected to; nothing was sent.</exception>
    public async ValueTask<Socket> Connect(DnsEndPoint target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        var addresses = await Resolve(target.Host, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // By the addresses that were checked, never by name: that would look it up again.
            await socket.ConnectAsync(addresses, target.Port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private bool IsAllowed(IPAddress address) =>
        PublicAddresses.Contains(address) || (_allowLoopback && PublicAddresses.IsLoopback(address));

    // A name without a dot is completed by the resolver's search list, that is, from within.
    private static bool IsFullName(string host) => host.TrimEnd('.').Contains('.', StringComparison.Ordinal);

    private static Refusal NotPublic() => DeliveryRefusals.Forbidden("The address is not one of the public internet.");
}

/// <summary>A connection was not made because of where it would have led.</summary>
public sealed class ForbiddenAddressException() : Exception("The address is not one of the public internet.");

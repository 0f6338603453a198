using System.Net;
using System.Net.Sockets;
using Marketplace.Deliveries;
using Microsoft.Extensions.Options;

namespace Marketplace.Webhooks;

/// <summary>Resolves a host name.</summary>
/// <exception cref="SocketException">The name has no addresses, or cannot be resolved now.</exception>
public delegate Task<IPAddress[]> NameLookup(string host, CancellationToken cancellationToken);

/// <summary>
/// Restricts requests to plugins' endpoints to the public internet (SSRF protection). Checks when an endpoint is set, and again the exact
/// address being connected to, because a name may resolve differently by then.
/// </summary>
public sealed class AddressGuard(IOptions<WebhookOptions> options, NameLookup lookup)
{
    private readonly bool _allowLoopback = options.Value.AllowLoopback;
    private readonly IReadOnlyList<int> _ports = options.Value.AllowedPorts;

    /// <summary>Checks a URL by its form alone; null if it may be an endpoint.</summary>
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

        // Refuse IP literals in any notation, including those that become digits only in IDN conversion.
        if (IPAddress.TryParse(url.IdnHost, out var literal))
        {
            return IsAllowed(literal) ? null : NotPublic();
        }

        return url.HostNameType == UriHostNameType.Dns && (isLoopback || IsFullName(url.IdnHost))
            ? null
            : DeliveryRefusals.Forbidden("The address must name a host with its domain.");
    }

    /// <summary>Like <see cref="Judge"/>; additionally all addresses of the host must be public now.</summary>
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

    /// <summary>A host's addresses, all public. A single private one refuses the host: mixing them suggests an attack.</summary>
    /// <exception cref="ForbiddenAddressException">One of them is forbidden.</exception>
    /// <exception cref="SocketException">The name has no addresses.</exception>
    public async Task<IPAddress[]> Resolve(string host, CancellationToken cancellationToken)
    {
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await lookup(host, cancellationToken);
        return addresses.Length == 0 ? throw new SocketException((int)SocketError.NoData)
            : Array.TrueForAll(addresses, IsAllowed) ? addresses
            : throw new ForbiddenAddressException();
    }

    /// <summary>Connects to a name's current addresses.</summary>
    /// <exception cref="ForbiddenAddressException">It resolves to a forbidden address; nothing was sent.</exception>
    public async ValueTask<Socket> Connect(DnsEndPoint target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        var addresses = await Resolve(target.Host, cancellationToken);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            // Connect to the checked addresses, never by name, which would resolve it again.
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

    // The resolver's search list completes a name without a dot, that is, to an internal host.
    private static bool IsFullName(string host) => host.TrimEnd('.').Contains('.', StringComparison.Ordinal);

    private static Refusal NotPublic() => DeliveryRefusals.Forbidden("The address is not one of the public internet.");
}

/// <summary>A connection was refused because of its target address.</summary>
public sealed class ForbiddenAddressException() : Exception("The address is not on the public internet.");

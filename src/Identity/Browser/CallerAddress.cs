using System.Net;

namespace Marketplace.Identity.Browser;

/// <summary>Determines the network address of the acting person, for the journal.</summary>
public static class CallerAddress
{
    /// <summary>
    /// Seller Center calls from its own servers and sends its user's address in <c>X-Actor-Address</c>; for other callers it is the
    /// connection's. Returns false, with the connection's address, if the header is not one IP address.
    /// </summary>
    public static bool TryRead(HttpContext context, out string? address)
    {
        address = Text(context.Connection.RemoteIpAddress);
        var named = context.Request.Headers["X-Actor-Address"].ToString();
        if (named.Length == 0 || !(context.User.IsInRole(ClientRoles.SellerCenter) || context.User.IsInRole(ClientRoles.SellerUser)))
        {
            return true;
        }

        if (!IPAddress.TryParse(named, out var parsed))
        {
            return false;
        }

        address = Text(parsed);
        return true;
    }

    private static string? Text(IPAddress? address) =>
        address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4().ToString() : address?.ToString();
}

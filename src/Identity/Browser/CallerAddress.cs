using System.Net;

namespace Marketplace.Identity.Browser;

/// <summary>Determines the network address of the acting person, for the journal.</summary>
public static class CallerAddress
{
    /// <summary>
    /// Seller Center calls from its own servers and sends the person's address in <c>X-Actor-Address</c>; for other callers it is the
    /// connection's. Returns false, with the connection's address, if the header is not one IP address.
    /// </summary>
    public static bool TryRead(HttpContext context, out string? address)
    {
        address = Text(context.Connection.RemoteIpAddress);
        var named = context.Request.Headers["X-Actor-Address"].ToString();
        var role = context.User.FindFirst(IdentityClaims.Role)?.Value;
        if (named.Length == 0 || (role != ClientRoles.SellerCenter && !ClientRoles.IsPerson(role)))
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

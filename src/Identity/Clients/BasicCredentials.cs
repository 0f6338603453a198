using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Marketplace.Identity.Clients;

/// <summary>A client's id and secret in an <c>Authorization</c> header, by HTTP Basic.</summary>
/// <param name="Client">The client's id.</param>
/// <param name="Secret">Its secret.</param>
public readonly record struct BasicCredentials(string Client, string Secret)
{
    private const string Scheme = "Basic";

    /// <summary>The credentials, both form-encoded (RFC 6749, 2.3.1); null if the header contains none.</summary>
    public static BasicCredentials? Read(string? authorization) =>
        Decode(authorization) is { } pair && Encoding.UTF8.GetString(pair).Split(':', 2) is [var client, var secret]
            ? new BasicCredentials(WebUtility.UrlDecode(client), WebUtility.UrlDecode(secret))
            : null;

    /// <summary>The decoded header before it is split; null for another scheme or invalid base64.</summary>
    public static byte[]? Decode(string? authorization)
    {
        // The header of nearly every request is a bearer token, which is not parsed here.
        if (
            authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true
            || !AuthenticationHeaderValue.TryParse(authorization, out var header)
            || !header.Scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase)
        )
        {
            return null;
        }

        // The authorization server trims more than HTTP's blanks; a header that it accepts must not pass here unread.
        var sent = (header.Parameter ?? string.Empty).Trim();
        var bytes = new byte[sent.Length];
        return Convert.TryFromBase64String(sent, bytes, out var length) ? bytes[..length] : null;
    }

    /// <summary>Keeps the secret out of logs.</summary>
    public override string ToString() => Client;
}

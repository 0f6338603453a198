using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Marketplace.Identity.RefreshTokens;

/// <summary>A refresh token's content: its family, its generation, and its expiry (exclusive).</summary>
internal readonly record struct RefreshTicket(string FamilyId, int Generation, DateTimeOffset ExpiresAt);

/// <summary>
/// Converts tickets to and from the token text. The text is encrypted and authenticated with the key ring, which all processes share, so it
/// cannot be forged and no store contains it.
/// </summary>
internal sealed class RefreshTicketFormat(IDataProtectionProvider protection)
{
    private const string Prefix = "mrt.";
    private const int LongestText = 1_024;

    private readonly IDataProtector _protector = protection.CreateProtector("Marketplace.Identity.RefreshTokens");

    public string Write(RefreshTicket ticket)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{ticket.Generation}|{ticket.ExpiresAt.ToUnixTimeMilliseconds()}|{ticket.FamilyId}"
        );
        return Prefix + Base64Url.EncodeToString(_protector.Protect(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Null if the text was not made here.</summary>
    public RefreshTicket? Read(string? text)
    {
        if (
            text is not { Length: <= LongestText }
            || !text.StartsWith(Prefix, StringComparison.Ordinal)
            || !Base64Url.IsValid(text.AsSpan(Prefix.Length))
        )
        {
            return null;
        }

        try
        {
            var parts = Encoding.UTF8.GetString(_protector.Unprotect(Base64Url.DecodeFromChars(text.AsSpan(Prefix.Length)))).Split('|', 3);
            return new RefreshTicket(
                parts[2],
                int.Parse(parts[0], CultureInfo.InvariantCulture),
                DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[1], CultureInfo.InvariantCulture))
            );
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

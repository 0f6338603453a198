using System.Text;
using System.Text.Json;
using Marketplace.Privacy;

namespace Marketplace.Orders;

/// <summary>
/// Identifies the buyer in an order's private part, normalized for comparison: the platform's own buyer id if there is one, else the name
/// with further data. Ignores width, case, spaces, accents and invisible characters, as a reader would; case matters in an id. Must be
/// hashed with a key at once: it is as private as its source (R23).
/// </summary>
public sealed class BuyerIdentity
{
    private const int MinPhoneDigits = 7;
    private const int LocalPhoneDigits = 8;

    private BuyerIdentity(string kind, string text) => (Kind, Text) = (kind, Encoding.UTF8.GetBytes(text));

    /// <summary>The kind of source: <c>id</c> or <c>person</c>. Identities of two kinds cannot be compared.</summary>
    public string Kind { get; }

    /// <summary>UTF-8.</summary>
    public byte[] Text { get; }

    /// <param name="privatePart">The decrypted private part of an order's creation.</param>
    /// <returns>Null if the data are not enough for a comparison: no id and no name, or a name alone.</returns>
    public static BuyerIdentity? Of(ReadOnlyMemory<byte> privatePart)
    {
        if (privatePart.IsEmpty)
        {
            return null;
        }

        using var document = JsonDocument.Parse(privatePart);
        return document.RootElement.TryGetProperty("buyer", out var buyer) && buyer.ValueKind == JsonValueKind.Object ? Of(buyer) : null;
    }

    private static BuyerIdentity? Of(JsonElement buyer)
    {
        if (Plain(buyer, "customer_id") is { } id)
        {
            return new BuyerIdentity("id", id);
        }

        var (name, phone, email) = (Words(buyer, "name"), Phone(buyer), Plain(buyer, "email")?.ToLowerInvariant());
        var (street, house) = (Words(buyer, "street"), Words(buyer, "house_number"));
        var (city, postcode) = (Words(buyer, "city"), Words(buyer, "postcode"));
        var isAddress = street is not null && (city ?? postcode) is not null;
        return name is null || ((phone ?? email) is null && !isAddress)
            ? null
            : new BuyerIdentity("person", $"{name}\n{phone}\n{email}\n{street}{house}\n{city}\n{postcode}");
    }

    private static string? Words(JsonElement buyer, string member) => Known(new CompactText(Folded(buyer, member)).Text);

    private static string? Plain(JsonElement buyer, string member) =>
        Known(Folded(buyer, member).Replace(" ", string.Empty, StringComparison.Ordinal));

    // With or without country and area code: the last digits are what is dialled.
    private static string? Phone(JsonElement buyer)
    {
        var digits = string.Concat(Folded(buyer, "phone").Where(char.IsAsciiDigit));
        return digits.Length < MinPhoneDigits ? null
            : digits.Length > LocalPhoneDigits ? digits[^LocalPhoneDigits..]
            : digits;
    }

    // Many buyers share a masked value (138****0000).
    private static string Folded(JsonElement buyer, string member)
    {
        var plain =
            buyer.TryGetProperty(member, out var value) && TextValues.AsText(value) is { } text ? new FoldedText(text).Plain : string.Empty;
        return plain.Contains('*', StringComparison.Ordinal) ? string.Empty : plain;
    }

    private static string? Known(string text) => text.Length > 0 ? text : null;
}

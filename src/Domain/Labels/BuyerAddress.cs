using System.Text.Json;
using Marketplace.Events;
using Marketplace.Privacy;

namespace Marketplace.Labels;

/// <summary>
/// A buyer's data on a label, read from the decrypted private part of an order. Lives for one request and is written to the label only.
/// </summary>
public sealed record BuyerAddress(string? Name, string? Phone, string? Street, string? City, string? Postcode)
{
    private const int MaxLength = 300;

    private static readonly BuyerAddress Nothing = new(null, null, null, null, null);

    /// <summary>True if a part of the platform's address cannot be shown: neither a text nor a number, or too long for a label.</summary>
    public bool LacksPart { get; private init; }

    /// <summary>True if a parcel can be delivered: it has a name and a street, and no part is missing.</summary>
    public bool IsComplete => !LacksPart && !string.IsNullOrWhiteSpace(Name) && !string.IsNullOrWhiteSpace(Street);

    /// <summary>
    /// Reads the buyer's members of a private part. Numbers become texts: many platforms send postcodes and telephone numbers so.
    /// </summary>
    public static BuyerAddress Read(ReadOnlyMemory<byte> privatePart)
    {
        if (privatePart.IsEmpty)
        {
            return Nothing;
        }

        using var document = JsonDocument.Parse(privatePart);
        if (!document.RootElement.TryGetProperty("buyer", out var buyer) || buyer.ValueKind != JsonValueKind.Object)
        {
            return Nothing;
        }

        var lacks = false;
        var (street, house) = (Text(buyer, "street", ref lacks), Text(buyer, "house_number", ref lacks));
        return new BuyerAddress(
            Text(buyer, "name", ref lacks),
            Text(buyer, "phone", ref lacks),
            street is not null && house is not null ? $"{street} {house}" : street,
            Text(buyer, "city", ref lacks),
            Text(buyer, "postcode", ref lacks)
        )
        {
            LacksPart = lacks,
        };
    }

    /// <summary>Hides the address: a record's default text would write all of it to a log.</summary>
    public override string ToString() => nameof(BuyerAddress);

    private static string? Text(JsonElement buyer, string name, ref bool lacks)
    {
        if (!buyer.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        // A label is read by people and scanners: remove only characters that would break its lines.
        var clean = TextValues.AsText(value) is { } text ? FreeText.Clean(text, MaxLength) : default;
        if (clean.Text is null || clean.IsCut)
        {
            lacks = true;
            return null;
        }

        return clean.Text.Length > 0 ? clean.Text : null;
    }
}

using System.Text.Json;

namespace Marketplace.Sync.Labels;

/// <summary>What a label shows of a buyer, read from the opened private part of an order. It lives for one request and goes nowhere but onto the label.</summary>
public sealed record BuyerAddress(string? Name, string? Phone, string? Street, string? City, string? Postcode)
{
    private const int MaxLength = 300;

    /// <summary>True if a parcel would find its way.</summary>
    public bool IsComplete => !string.IsNullOrWhiteSpace(Name) && !string.IsNullOrWhiteSpace(Street);

    /// <summary>The buyer's members of a private part; what is no text, or too long for a label, is left out.</summary>
    public static BuyerAddress Read(ReadOnlyMemory<byte> privatePart)
    {
        if (privatePart.IsEmpty)
        {
            return new BuyerAddress(null, null, null, null, null);
        }

        using var document = JsonDocument.Parse(privatePart);
        return document.RootElement.TryGetProperty("buyer", out var buyer) && buyer.ValueKind == JsonValueKind.Object
            ? new BuyerAddress(Text(buyer, "name"), Text(buyer, "phone"), Text(buyer, "street"), Text(buyer, "city"), Text(buyer, "postcode"))
            : new BuyerAddress(null, null, null, null, null);
    }

    /// <summary>Nothing of the address: a record's own text would tell all of it to a log.</summary>
    public override string ToString() => nameof(BuyerAddress);

    private static string? Text(JsonElement buyer, string name) =>
        buyer.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: <= MaxLength } text ? text : null;
}

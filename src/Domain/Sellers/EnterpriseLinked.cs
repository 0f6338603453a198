using System.Text.Json;
using Marketplace.Enterprises;
using Marketplace.Journal;

namespace Marketplace.Sellers;

/// <summary>A seller named its enterprise; the last one counts.</summary>
public sealed record EnterpriseLinked(Licence Licence) : IJournalEvent
{
    /// <summary>The journal type.</summary>
    public const string FactType = "enterprise-linked";

    string IJournalEvent.Type => FactType;

    public ReadOnlyMemory<byte> Encode() =>
        JsonSerializer.SerializeToUtf8Bytes(new EnterpriseLinkedWire(Licence.Value), SellerJson.Default.EnterpriseLinkedWire);

    public static EnterpriseLinked Decode(ReadOnlyMemory<byte> payload) =>
        new(
            Licence.Parse(JsonSerializer.Deserialize(payload.Span, SellerJson.Default.EnterpriseLinkedWire)?.Licence ?? string.Empty, null)
        );
}

internal sealed record EnterpriseLinkedWire(string Licence);

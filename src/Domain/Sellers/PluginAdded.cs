using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Catalogue;
using Marketplace.Journal;

namespace Marketplace.Sellers;

/// <summary>A seller enabled a plugin for the first time.</summary>
public sealed record PluginAdded(PluginId Plugin) : IJournalEvent
{
    /// <summary>The journal type.</summary>
    public const string FactType = "plugin-added";

    string IJournalEvent.Type => FactType;

    public ReadOnlyMemory<byte> Encode() =>
        JsonSerializer.SerializeToUtf8Bytes(new PluginAddedWire(Plugin.Value), SellerJson.Default.PluginAddedWire);

    public static PluginAdded Decode(ReadOnlyMemory<byte> payload) =>
        new(PluginId.Parse(JsonSerializer.Deserialize(payload.Span, SellerJson.Default.PluginAddedWire)?.Plugin ?? string.Empty, null));
}

internal sealed record PluginAddedWire(string Plugin);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PluginAddedWire))]
[JsonSerializable(typeof(EnterpriseLinkedWire))]
internal sealed partial class SellerJson : JsonSerializerContext;

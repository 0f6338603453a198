using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Clients;

/// <summary>Recorded when a client sent so many wrong secrets that it was throttled.</summary>
/// <param name="Door">Where: <c>token</c>, <c>introspection</c>, <c>revocation</c>, <c>client-secret</c> or
/// <c>operator-sign-in</c>.</param>
[GenerateSerializer, Immutable, Alias("mp.client.secrets-refused")]
public sealed record SecretsRefused([property: Id(0)] string Door) : IJournalEvent
{
    /// <summary>The journal type.</summary>
    public const string FactType = "secrets-refused";

    string IJournalEvent.Type => FactType;

    public ReadOnlyMemory<byte> Encode() =>
        JsonSerializer.SerializeToUtf8Bytes(new SecretsRefusedWire(Door), ClientJson.Default.SecretsRefusedWire);

    public static SecretsRefused Decode(ReadOnlyMemory<byte> payload) =>
        new(JsonSerializer.Deserialize(payload.Span, ClientJson.Default.SecretsRefusedWire)?.Door ?? string.Empty);
}

internal sealed record SecretsRefusedWire(string Door);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(SecretsRefusedWire))]
[JsonSerializable(typeof(ClientChangedWire))]
internal sealed partial class ClientJson : JsonSerializerContext;

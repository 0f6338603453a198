using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace.Privacy;

/// <summary>A plugin sent data that look like a buyer's private data (R23). Records where they were found, never what they were.</summary>
/// <param name="Kind"><c>identity-number</c>, <c>telephone-number</c>, <c>e-mail-address</c> or <c>postal-address</c>.</param>
/// <param name="Operation">The called operation.</param>
/// <param name="Installation">The calling installation.</param>
/// <param name="Member">Path of the member; a name that may itself be private is written as <c>*</c>.</param>
/// <param name="Refused">True if the call was refused because of it.</param>
[GenerateSerializer, Immutable, Alias("mp.conduct.private-data")]
public sealed record PrivateDataFound(
    [property: Id(0)] string Kind,
    [property: Id(1)] OperationName Operation,
    [property: Id(2)] InstallationId Installation,
    [property: Id(3)] string Member,
    [property: Id(4)] bool Refused
);

/// <summary>A finding as stored in the journal of <c>conduct/{plugin}</c>.</summary>
/// <param name="Found">The finding.</param>
/// <param name="Unnoted">
/// Number of findings of the same kind, operation and installation since the last recorded one; they are not recorded individually.
/// </param>
/// <param name="At">When.</param>
[GenerateSerializer, Immutable, Alias("mp.conduct.finding")]
public sealed record PrivacyFinding(
    [property: Id(0)] PrivateDataFound Found,
    [property: Id(1)] long Unnoted,
    [property: Id(2)] DateTimeOffset At
) : IJournalEvent
{
    /// <summary>The journal type.</summary>
    public const string FactType = "private-data-found";

    string IJournalEvent.Type => FactType;

    public ReadOnlyMemory<byte> Encode() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new PrivacyFindingWire(Found.Kind, Found.Operation.Value, Found.Installation.ToString(), Found.Member, Found.Refused, Unnoted),
            PrivacyFindingJson.Default.PrivacyFindingWire
        );

    /// <exception cref="FormatException">The bytes are not a finding.</exception>
    public static PrivacyFinding Decode(ReadOnlyMemory<byte> payload, DateTimeOffset at)
    {
        var wire = JsonSerializer.Deserialize(payload.Span, PrivacyFindingJson.Default.PrivacyFindingWire)
            ?? throw new FormatException("The journal contains an empty finding.");
        return new PrivacyFinding(
            new PrivateDataFound(
                wire.Kind,
                OperationName.FromStored(wire.Operation),
                InstallationId.Parse(wire.Installation, null),
                wire.Member,
                wire.Refused
            ),
            wire.Unnoted,
            at
        );
    }
}

internal sealed record PrivacyFindingWire(string Kind, string Operation, string Installation, string Member, bool Refused, long Unnoted);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(PrivacyFindingWire))]
internal sealed partial class PrivacyFindingJson : JsonSerializerContext;

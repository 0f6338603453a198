using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Evidence.Claims;

/// <summary>An event of a claim; each case is one kind of journal fact of <c>claim/{seller}/{id}</c>.</summary>
public abstract record ClaimEvent : IJournalEvent
{
    private ClaimEvent() { }

    /// <summary>
    /// The installation claimed against, so that readers of the journal know the plugin without loading the claim; null in older facts.
    /// </summary>
    public string? Installation { get; init; }

    public sealed record ClaimFiled(ClaimGrounds Grounds) : ClaimEvent;

    public sealed record ClaimWithdrawn(string? Reason) : ClaimEvent;

    public sealed record ClaimAnswered(string Text) : ClaimEvent;

    public sealed record ClaimAnswerExtended(DateTimeOffset DueAt, string Reason) : ClaimEvent;

    public sealed record ClaimAccepted(string Reason) : ClaimEvent;

    public sealed record ClaimRejected(string Reason) : ClaimEvent;

    public sealed record ClaimReopened(string Reason) : ClaimEvent;

    public sealed record ClaimSettled(decimal AmountCny, string Reference, string? Currency = null) : ClaimEvent;

    /// <summary>A command changed nothing; recorded so that its repeat succeeds, whatever happened since.</summary>
    public sealed record NothingChanged : ClaimEvent;

    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
    public string Type =>
        this switch
        {
            ClaimFiled => "claim-filed",
            ClaimWithdrawn => "claim-withdrawn",
            ClaimAnswered => "claim-answered",
            ClaimAnswerExtended => "claim-answer-extended",
            ClaimAccepted => "claim-accepted",
            ClaimRejected => "claim-rejected",
            ClaimReopened => "claim-reopened",
            ClaimSettled => "claim-settled",
            NothingChanged => JournalFact.NothingChanged,
            _ => throw new InvalidOperationException($"No journal type for {GetType().Name}."),
        };

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), ClaimJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static ClaimEvent Decode(string type, ReadOnlyMemory<byte> payload)
    {
        Type shape = type switch
        {
            "claim-filed" => typeof(ClaimFiled),
            "claim-withdrawn" => typeof(ClaimWithdrawn),
            "claim-answered" => typeof(ClaimAnswered),
            "claim-answer-extended" => typeof(ClaimAnswerExtended),
            "claim-accepted" => typeof(ClaimAccepted),
            "claim-rejected" => typeof(ClaimRejected),
            "claim-reopened" => typeof(ClaimReopened),
            "claim-settled" => typeof(ClaimSettled),
            JournalFact.NothingChanged => typeof(NothingChanged),
            _ => throw new FormatException($"The journal contains a claim event of unknown type '{type}'."),
        };
        return (ClaimEvent)JsonSerializer.Deserialize(payload.Span, shape, ClaimJson.Default)!;
    }
}

/// <summary>Lists a seller's new claim: the index of a seller's claims, entity <c>claims/{seller}</c>.</summary>
public sealed record ClaimListed(string Claim) : IJournalEvent
{
    /// <summary>The journal type.</summary>
    public const string FactType = "claim-listed";

    string IJournalEvent.Type => FactType;

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, ClaimJson.Default.ClaimListed);

    public static ClaimListed Decode(ReadOnlyMemory<byte> payload) =>
        JsonSerializer.Deserialize(payload.Span, ClaimJson.Default.ClaimListed)!;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(ClaimEvent.ClaimFiled))]
[JsonSerializable(typeof(ClaimEvent.ClaimWithdrawn))]
[JsonSerializable(typeof(ClaimEvent.ClaimAnswered))]
[JsonSerializable(typeof(ClaimEvent.ClaimAnswerExtended))]
[JsonSerializable(typeof(ClaimEvent.ClaimAccepted))]
[JsonSerializable(typeof(ClaimEvent.ClaimRejected))]
[JsonSerializable(typeof(ClaimEvent.ClaimReopened))]
[JsonSerializable(typeof(ClaimEvent.ClaimSettled))]
[JsonSerializable(typeof(ClaimEvent.NothingChanged))]
[JsonSerializable(typeof(ClaimListed))]
internal sealed partial class ClaimJson : JsonSerializerContext;

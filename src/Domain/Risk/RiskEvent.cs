using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Risk;

/// <summary>What happened to an installation's writes; each case is one kind of journal fact.</summary>
public abstract record RiskEvent : IJournalEvent
{
    private RiskEvent() { }

    /// <summary>A hold, or again the same one, with all that was tried under it by then.</summary>
    /// <param name="Hold">Its id.</param>
    /// <param name="Rule">The rule as it stood, so that the journal can be understood when the rules have changed.</param>
    /// <param name="Operation">What was called.</param>
    /// <param name="Fields">Outside purpose: which fields.</param>
    /// <param name="Evidence">The figures.</param>
    /// <param name="Call">The call, 32 hexadecimal digits.</param>
    /// <param name="Score">The installation's score with it.</param>
    public sealed record HoldRaised(
        string Hold,
        RiskRule Rule,
        string Operation,
        ImmutableArray<string> Fields,
        ImmutableSortedDictionary<string, string> Evidence,
        string Call,
        decimal Score
    ) : RiskEvent;

    /// <summary>The seller wants the write; <c>Until</c> is the end of the clearance.</summary>
    public sealed record HoldConfirmed(string Hold, string By, string? Reason, DateTimeOffset Until, decimal Score) : RiskEvent;

    public sealed record HoldRejected(string Hold, string By, string? Reason, decimal Score) : RiskEvent;

    /// <summary>A decision was taken back; <c>Was</c> says which.</summary>
    public sealed record HoldReversed(string Hold, string By, string? Reason, string Was, decimal Score) : RiskEvent;

    /// <summary>A rule that only observes found something; the call passed.</summary>
    public sealed record WriteObserved(
        string Rule,
        string Operation,
        ImmutableArray<string> Fields,
        ImmutableSortedDictionary<string, string> Evidence,
        string Call,
        DateOnly Day
    ) : RiskEvent;

    /// <summary>A seller's command found the hold as it wants it; kept so that its repeat finds it done, whatever happened since.</summary>
    public sealed record NothingChanged : RiskEvent;

    /// <summary>The kebab-case name under which the event stands in the journal; never reused for another shape.</summary>
    public string Type =>
        this switch
        {
            HoldRaised => "hold-raised",
            HoldConfirmed => "hold-confirmed",
            HoldRejected => "hold-rejected",
            HoldReversed => "hold-reversed",
            WriteObserved => "write-observed",
            NothingChanged => JournalFact.NothingChanged,
            _ => throw new InvalidOperationException($"No journal type for {GetType().Name}."),
        };

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), RiskJson.Default);

    /// <exception cref="FormatException">The journal holds a type this version does not know.</exception>
    public static RiskEvent Decode(string type, ReadOnlyMemory<byte> payload)
    {
        Type shape = type switch
        {
            "hold-raised" => typeof(HoldRaised),
            "hold-confirmed" => typeof(HoldConfirmed),
            "hold-rejected" => typeof(HoldRejected),
            "hold-reversed" => typeof(HoldReversed),
            "write-observed" => typeof(WriteObserved),
            JournalFact.NothingChanged => typeof(NothingChanged),
            _ => throw new FormatException($"The journal holds a risk event of unknown type '{type}'."),
        };
        return (RiskEvent)JsonSerializer.Deserialize(payload.Span, shape, RiskJson.Default)!;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(RiskEvent.HoldRaised))]
[JsonSerializable(typeof(RiskEvent.HoldConfirmed))]
[JsonSerializable(typeof(RiskEvent.HoldRejected))]
[JsonSerializable(typeof(RiskEvent.HoldReversed))]
[JsonSerializable(typeof(RiskEvent.WriteObserved))]
[JsonSerializable(typeof(RiskEvent.NothingChanged))]
internal sealed partial class RiskJson : JsonSerializerContext;

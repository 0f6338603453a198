using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;
using Marketplace.Quotas;

namespace Marketplace.Risk;

/// <summary>An event of an installation's writes; each case is one kind of journal fact.</summary>
public abstract record RiskEvent : IJournalEvent
{
    private RiskEvent() { }

    /// <summary>A new hold, or an existing one extended with everything attempted so far.</summary>
    /// <param name="Hold">Its id.</param>
    /// <param name="Rule">The rule at that time, so that the journal stays readable after the rules change.</param>
    /// <param name="Operation">The called operation.</param>
    /// <param name="Fields">For outside-purpose: the fields.</param>
    /// <param name="Evidence">The figures.</param>
    /// <param name="Call">The call, 32 hexadecimal digits.</param>
    /// <param name="Score">The installation's score including it.</param>
    public sealed record HoldRaised(
        string Hold,
        RiskRule Rule,
        OperationName Operation,
        ImmutableArray<string> Fields,
        ImmutableSortedDictionary<string, string> Evidence,
        string Call,
        decimal Score
    ) : RiskEvent;

    /// <summary>The seller confirmed the write; <c>Until</c> is the end of the clearance.</summary>
    public sealed record HoldConfirmed(string Hold, ActorId By, string? Reason, DateTimeOffset Until, decimal Score) : RiskEvent;

    public sealed record HoldRejected(string Hold, ActorId By, string? Reason, decimal Score) : RiskEvent;

    /// <summary>A decision was reversed; <c>Was</c> names it.</summary>
    public sealed record HoldReversed(string Hold, ActorId By, string? Reason, string Was, decimal Score) : RiskEvent;

    /// <summary>An observing rule matched; the call passed.</summary>
    public sealed record WriteObserved(
        string Rule,
        OperationName Operation,
        ImmutableArray<string> Fields,
        ImmutableSortedDictionary<string, string> Evidence,
        string Call,
        DateOnly Day
    ) : RiskEvent;

    /// <summary>A seller's command changed nothing; recorded so that its repeat succeeds, whatever happened since.</summary>
    public sealed record NothingChanged : RiskEvent;

    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
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

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
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
            _ => throw new FormatException($"The journal contains a risk event of unknown type '{type}'."),
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

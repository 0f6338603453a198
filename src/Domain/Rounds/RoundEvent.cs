using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Rounds;

/// <summary>An event of a version's sandbox rounds; each case is one kind of journal fact.</summary>
public abstract record RoundEvent : IJournalEvent
{
    private RoundEvent() { }

    /// <param name="Hash">The version's whole hash.</param>
    /// <param name="Number">The round's number, from 1.</param>
    /// <param name="Seed">The seed of its traffic.</param>
    /// <param name="Requests">The requests that it will send.</param>
    /// <param name="Policy">The rules under which it runs.</param>
    /// <param name="Justified">The developer's reasons for scopes that it does not use.</param>
    public sealed record Started(
        string Hash,
        int Number,
        long Seed,
        int Requests,
        RoundPolicy Policy,
        ImmutableSortedDictionary<string, string> Justified
    ) : RoundEvent;

    /// <param name="Sent">Requests sent so far.</param>
    public sealed record Progressed(int Sent) : RoundEvent;

    /// <summary>It ran to its end; the result says whether it passed.</summary>
    public sealed record Finished(RoundResult Result) : RoundEvent;

    /// <param name="Reason">What ended it.</param>
    public sealed record Interrupted(string Reason) : RoundEvent;

    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
    public string Type => Shapes.First(shape => shape.Shape == GetType()).Type;

    /// <summary>Every journal type with its shape.</summary>
    public static IReadOnlyList<(string Type, Type Shape)> Shapes { get; } =
    [
        ("round-started", typeof(Started)),
        ("round-progressed", typeof(Progressed)),
        ("round-finished", typeof(Finished)),
        ("round-interrupted", typeof(Interrupted)),
    ];

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), RoundJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static RoundEvent Decode(string type, ReadOnlyMemory<byte> payload)
    {
        var shape = Shapes.FirstOrDefault(shape => shape.Type == type).Shape
            ?? throw new FormatException($"The journal contains a round's event of unknown type '{type}'.");
        return (RoundEvent)JsonSerializer.Deserialize(payload.Span, shape, RoundJson.Default)!;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(RoundEvent.Started))]
[JsonSerializable(typeof(RoundEvent.Progressed))]
[JsonSerializable(typeof(RoundEvent.Finished))]
[JsonSerializable(typeof(RoundEvent.Interrupted))]
internal sealed partial class RoundJson : JsonSerializerContext;

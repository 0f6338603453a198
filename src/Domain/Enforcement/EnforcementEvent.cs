using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Enforcement;

/// <summary>An event of the register; each case is one kind of journal fact. Ids are texts: this is the journal's form.</summary>
public abstract record EnforcementEvent : IJournalEvent
{
    private EnforcementEvent() { }

    public sealed record Proposed(
        int Number,
        EnforcementKind Kind,
        string? Developer,
        ImmutableArray<string> Plugins,
        string? Version,
        string Rule,
        BilingualText Reason,
        BilingualText Advice,
        string Policy
    ) : EnforcementEvent;

    /// <param name="Number">The action.</param>
    /// <param name="Notice">The number of its public notice.</param>
    /// <param name="Plugins">The plugins that it stops.</param>
    /// <param name="ConfirmedBy">The other operator of a freeze; null for other kinds.</param>
    public sealed record Applied(int Number, string Notice, ImmutableArray<string> Plugins, string? ConfirmedBy) : EnforcementEvent;

    public sealed record Withdrawn(int Number) : EnforcementEvent;

    public sealed record Lifted(int Number, string Reason) : EnforcementEvent;

    /// <summary>Developer, plugins and listing are as the action's state says.</summary>
    public sealed record CarriedOut(int Number) : EnforcementEvent;

    public sealed record Appealed(int Number, string Text) : EnforcementEvent;

    public sealed record AppealRejected(int Number, string Reason) : EnforcementEvent;

    /// <summary>A command changed nothing; recorded so that its repeat succeeds, whatever was decided since.</summary>
    public sealed record NothingChanged : EnforcementEvent;

    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
    public string Type => Shapes.First(shape => shape.Shape == GetType()).Type;

    /// <summary>Every journal type with its shape.</summary>
    public static IReadOnlyList<(string Type, Type Shape)> Shapes { get; } =
    [
        ("enforcement-proposed", typeof(Proposed)),
        ("enforcement-applied", typeof(Applied)),
        ("enforcement-withdrawn", typeof(Withdrawn)),
        ("enforcement-lifted", typeof(Lifted)),
        ("enforcement-carried-out", typeof(CarriedOut)),
        ("enforcement-appealed", typeof(Appealed)),
        ("enforcement-appeal-rejected", typeof(AppealRejected)),
        (JournalFact.NothingChanged, typeof(NothingChanged)),
    ];

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), EnforcementJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static EnforcementEvent Decode(string type, ReadOnlyMemory<byte> payload)
    {
        var shape = Shapes.FirstOrDefault(shape => shape.Type == type).Shape
            ?? throw new FormatException($"The journal contains an enforcement event of unknown type '{type}'.");
        return (EnforcementEvent)JsonSerializer.Deserialize(payload.Span, shape, EnforcementJson.Default)!;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(EnforcementEvent.Proposed))]
[JsonSerializable(typeof(EnforcementEvent.Applied))]
[JsonSerializable(typeof(EnforcementEvent.Withdrawn))]
[JsonSerializable(typeof(EnforcementEvent.Lifted))]
[JsonSerializable(typeof(EnforcementEvent.CarriedOut))]
[JsonSerializable(typeof(EnforcementEvent.Appealed))]
[JsonSerializable(typeof(EnforcementEvent.AppealRejected))]
[JsonSerializable(typeof(EnforcementEvent.NothingChanged))]
internal sealed partial class EnforcementJson : JsonSerializerContext;

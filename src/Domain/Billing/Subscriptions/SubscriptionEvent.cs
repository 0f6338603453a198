using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Billing.Subscriptions;

/// <summary>An event of a subscription; each case is one kind of journal fact of <c>subscription/{seller}/{plugin}/{add-on}</c>.</summary>
public abstract record SubscriptionEvent : IJournalEvent
{
    private SubscriptionEvent() { }

    /// <summary>The plugin, for the texts of notifications.</summary>
    public string? Plugin { get; init; }

    /// <summary>The add-on.</summary>
    public string? AddOn { get; init; }

    /// <param name="From">The first day.</param>
    /// <param name="BilledFrom">The first billed day.</param>
    /// <param name="Terms">The accepted price with its version.</param>
    public sealed record Subscribed(DateOnly From, DateOnly BilledFrom, SubscriptionTerms Terms) : SubscriptionEvent;

    /// <param name="To">The last day.</param>
    /// <param name="AtOnce">True if the rest of the month is given back.</param>
    /// <param name="Reason">The seller's words; null without any.</param>
    public sealed record Cancelled(DateOnly To, bool AtOnce, string? Reason) : SubscriptionEvent;

    /// <summary>A command changed nothing; recorded so that its repeat succeeds, whatever came since.</summary>
    public sealed record NothingChanged : SubscriptionEvent;

    /// <summary>The event's kebab-case name in the journal; never reused for another shape.</summary>
    public string Type => Shapes.First(shape => shape.Shape == GetType()).Type;

    /// <summary>Every journal type with its shape.</summary>
    public static IReadOnlyList<(string Type, Type Shape)> Shapes { get; } =
    [
        ("subscribed", typeof(Subscribed)),
        ("subscription-cancelled", typeof(Cancelled)),
        (JournalFact.NothingChanged, typeof(NothingChanged)),
    ];

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), SubscriptionJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static SubscriptionEvent Decode(string type, ReadOnlyMemory<byte> payload)
    {
        var shape = Shapes.FirstOrDefault(shape => shape.Type == type).Shape
            ?? throw new FormatException($"The journal contains a subscription's event of unknown type '{type}'.");
        return (SubscriptionEvent)JsonSerializer.Deserialize(payload.Span, shape, SubscriptionJson.Default)!;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(SubscriptionEvent.Subscribed))]
[JsonSerializable(typeof(SubscriptionEvent.Cancelled))]
[JsonSerializable(typeof(SubscriptionEvent.NothingChanged))]
internal sealed partial class SubscriptionJson : JsonSerializerContext;

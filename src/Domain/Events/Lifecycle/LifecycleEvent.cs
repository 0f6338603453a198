using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Installations;

namespace Marketplace.Events.Lifecycle;

/// <summary>A message from the marketplace to one installation, on its way into the seller's feed. Contains no buyer's data.</summary>
/// <param name="Installation">The only recipient.</param>
/// <param name="Type">One of <see cref="EventTypes.OfTheMarketplace"/>.</param>
/// <param name="Cause">Identifies the cause: two messages with the same cause are one event.</param>
/// <param name="At">The instant of the cause.</param>
/// <param name="Data">The content.</param>
public sealed record LifecycleEvent(InstallationId Installation, string Type, string Cause, DateTimeOffset At, LifecycleData Data)
{
    /// <summary>The source of these events in the feed; reserved, so no platform and no plugin may use it.</summary>
    public const string Source = "urn:marketplace:lifecycle";

    /// <summary>The event for the feed; the same cause gives the same id across the marketplace.</summary>
    public IncomingEvent ToIncoming() =>
        new(
            Source,
            $"{Installation}#{Cause}#{Type}",
            Type,
            Installation.ToString(),
            At,
            JsonSerializer.SerializeToUtf8Bytes(
                Data with
                {
                    Installation = Installation.ToString(),
                    Seller = Installation.Seller.ToString(),
                    Plugin = Installation.Plugin.ToString(),
                },
                LifecycleJson.Default.LifecycleData
            ),
            default
        );
}

/// <summary>The data of all lifecycle events; the published schema of each type declares its members.</summary>
public sealed record LifecycleData
{
    /// <summary>seller/plugin.</summary>
    public string? Installation { get; init; }

    public string? Seller { get; init; }

    public string? Plugin { get; init; }

    /// <summary>Why it is stopped: the code that calls are refused with.</summary>
    public string? Reason { get; init; }

    /// <summary>The scopes granted now; for an upcoming expiry those that expire, none for all.</summary>
    public ImmutableArray<string>? Scopes { get; init; }

    /// <summary>Scopes added.</summary>
    public ImmutableArray<string>? Added { get; init; }

    /// <summary>Scopes removed.</summary>
    public ImmutableArray<string>? Removed { get; init; }

    /// <summary>When the authorisation, or the scopes, expire.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Hours left at the warning: 72, 48 or 24.</summary>
    public int? Hours { get; init; }

    /// <summary>The day of business.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>The used share of the day's calls, in percent.</summary>
    public int? ThresholdPercent { get; init; }

    /// <summary>Counted calls of the day.</summary>
    public long? Used { get; init; }

    /// <summary>The day's limit.</summary>
    public long? Limit { get; init; }

    /// <summary>When the next day begins.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>The announced schema version.</summary>
    public string? Version { get; init; }

    /// <summary>The version pinned by the plugin.</summary>
    public string? Pinned { get; init; }

    /// <summary>The plugin's deadline to upgrade.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public string? ClaimId { get; init; }

    public string? OrderId { get; init; }

    /// <summary>The amount claimed.</summary>
    public decimal? Amount { get; init; }

    /// <summary>Three capital letters.</summary>
    public string? Currency { get; init; }

    /// <summary>The developer's deadline to answer.</summary>
    public DateTimeOffset? AnswerDueAt { get; init; }

    /// <summary>accepted, rejected or withdrawn.</summary>
    public string? Outcome { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(LifecycleData))]
internal sealed partial class LifecycleJson : JsonSerializerContext;

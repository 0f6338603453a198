using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Installations;

namespace Marketplace.Events.Lifecycle;

/// <summary>What the marketplace tells one installation of itself, on its way into the seller's feed. Holds no buyer's data.</summary>
/// <param name="Installation">Who is told; nobody else gets it.</param>
/// <param name="Type">One of <see cref="EventTypes.OfTheMarketplace"/>.</param>
/// <param name="Cause">Names what it tells of: told twice, it is one event.</param>
/// <param name="At">When it was so.</param>
/// <param name="Data">What is told.</param>
public sealed record LifecycleEvent(InstallationId Installation, string Type, string Cause, DateTimeOffset At, LifecycleData Data)
{
    /// <summary>The source under which these stand in the feed; no platform and no plugin may use it.</summary>
    public const string Source = "urn:marketplace:lifecycle";

    /// <summary>The event for the feed; the same cause gives the same name in the whole marketplace.</summary>
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

/// <summary>The data of all lifecycle events; which members a type has, its published schema says.</summary>
public sealed record LifecycleData
{
    /// <summary>seller/plugin.</summary>
    public string? Installation { get; init; }

    public string? Seller { get; init; }

    public string? Plugin { get; init; }

    /// <summary>Why it stands still: the code that calls are refused with.</summary>
    public string? Reason { get; init; }

    /// <summary>The scopes that are granted now; of an end to come those that end, none for all.</summary>
    public ImmutableArray<string>? Scopes { get; init; }

    /// <summary>Scopes that came.</summary>
    public ImmutableArray<string>? Added { get; init; }

    /// <summary>Scopes that went.</summary>
    public ImmutableArray<string>? Removed { get; init; }

    /// <summary>The end of the authorisation, or of the scopes.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Hours that are left when the warning is due: 72, 48 or 24.</summary>
    public int? Hours { get; init; }

    /// <summary>The day of business.</summary>
    public DateOnly? Day { get; init; }

    /// <summary>The share of the day's calls that is used, in percent.</summary>
    public int? ThresholdPercent { get; init; }

    /// <summary>Counted calls of the day.</summary>
    public long? Used { get; init; }

    /// <summary>Calls that the day has.</summary>
    public long? Limit { get; init; }

    /// <summary>When the next day begins.</summary>
    public DateTimeOffset? ResetsAt { get; init; }

    /// <summary>The schema version that was announced.</summary>
    public string? Version { get; init; }

    /// <summary>The version that the plugin pins.</summary>
    public string? Pinned { get; init; }

    /// <summary>By when the plugin has to move.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public string? ClaimId { get; init; }

    public string? OrderId { get; init; }

    /// <summary>What is claimed.</summary>
    public decimal? Amount { get; init; }

    /// <summary>Three capital letters.</summary>
    public string? Currency { get; init; }

    /// <summary>By when the developer has to answer.</summary>
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

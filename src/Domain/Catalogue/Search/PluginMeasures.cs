using System.Text.Json;

namespace Marketplace.Catalogue.Search;

/// <summary>What the platform has measured of a plugin (R10, R12).</summary>
/// <param name="At">When.</param>
/// <param name="Installs">Installations that are active.</param>
/// <param name="Quality">Null without a delivery in the window.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.measures")]
public sealed record PluginMeasures(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] int Installs,
    [property: Id(2)] PluginQuality? Quality
)
{
    /// <summary>Before the first measurement.</summary>
    public static PluginMeasures None { get; } = new(DateTimeOffset.UnixEpoch, 0, null);

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, CatalogueJson.Default.PluginMeasures);

    /// <summary>Decodes what <see cref="Encode"/> wrote; nothing for no bytes.</summary>
    public static PluginMeasures Decode(ReadOnlyMemory<byte> payload) =>
        payload.IsEmpty ? None : JsonSerializer.Deserialize(payload.Span, CatalogueJson.Default.PluginMeasures) ?? None;
}

/// <summary>
/// How a plugin's receiver answered the webhooks of all its installations. A quantile is the smallest of the measured latencies that is not
/// exceeded by that share of them (nearest rank).
/// </summary>
/// <param name="Days">Days of the window, up to the measurement.</param>
/// <param name="Sample">Attempts that were answered, or failed, in the window; 1 or more.</param>
/// <param name="MeanMs">Mean latency of the answered attempts, in milliseconds.</param>
/// <param name="P50Ms">Half of the answers came within it.</param>
/// <param name="P95Ms">95 % came within it.</param>
/// <param name="P99Ms">99 % came within it.</param>
/// <param name="Success">Share of attempts that were accepted, 0–1.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.quality")]
public sealed record PluginQuality(
    [property: Id(0)] int Days,
    [property: Id(1)] long Sample,
    [property: Id(2)] double MeanMs,
    [property: Id(3)] int P50Ms,
    [property: Id(4)] int P95Ms,
    [property: Id(5)] int P99Ms,
    [property: Id(6)] double Success
)
{
    /// <summary>Share of deliveries that were in time and unlost, 0–1; null without one.</summary>
    [Id(7)]
    public double? Accuracy { get; init; }

    /// <summary>Deliveries that <see cref="Accuracy"/> is of.</summary>
    [Id(8)]
    public long AccuracySample { get; init; }
}

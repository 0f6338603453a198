using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Billing;

/// <summary>The fact that a share of a limit was reached and the seller wants to know it; once for each share and day, or month.</summary>
/// <param name="Measure">Which limit.</param>
/// <param name="Percent">The share.</param>
/// <param name="Period">The day of business; for the spend cap the month's first day.</param>
/// <param name="Used">Calls, or CNY.</param>
/// <param name="Limit">Calls, or CNY.</param>
public sealed record UsageThreshold(UsageMeasure Measure, int Percent, DateOnly Period, decimal Used, decimal Limit) : IJournalEvent
{
    public const string QuotaType = "quota-threshold";
    public const string FreeTierType = "free-tier-threshold";
    public const string SpendType = "spend-threshold";

    string IJournalEvent.Type =>
        Measure switch
        {
            UsageMeasure.Quota => QuotaType,
            UsageMeasure.FreeTier => FreeTierType,
            UsageMeasure.Spend => SpendType,
            _ => throw new InvalidOperationException($"{Measure} has no fact."),
        };

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, UsageThresholdJson.Default.UsageThreshold);

    /// <exception cref="FormatException">The payload is not of such a fact.</exception>
    public static UsageThreshold Decode(ReadOnlyMemory<byte> payload) =>
        JsonSerializer.Deserialize(payload.Span, UsageThresholdJson.Default.UsageThreshold)
        ?? throw new FormatException("A threshold's fact is empty.");
}

/// <summary>The alerts of one installation: for each measure the newest period, and the last recorded share in it.</summary>
/// <param name="Highest">By measure.</param>
public readonly record struct UsageAlerts(ImmutableDictionary<UsageMeasure, UsageThreshold> Highest)
{
    public static UsageAlerts None { get; } = new(ImmutableDictionary<UsageMeasure, UsageThreshold>.Empty);

    public UsageAlerts After(UsageThreshold reached)
    {
        ArgumentNullException.ThrowIfNull(reached);
        return new UsageAlerts(Highest.SetItem(reached.Measure, reached));
    }

    /// <summary>
    /// The facts to record for marks: for each measure the highest share that the seller wants to know, unless that or a higher one of the
    /// period is known, or a later period has begun. Each spend cap has shares of its own.
    /// </summary>
    public ImmutableArray<UsageThreshold> New(IEnumerable<UsageMark> marks, NotificationSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var known = Highest;
        return
        [
            .. marks
                .Select(mark => mark with { Percent = settings.HighestOf(mark.Measure, mark.Percent) })
                .Where(mark => mark.Percent > 0)
                .Where(mark => !known.TryGetValue(mark.Measure, out var last) || IsNew(mark, last))
                .Select(mark => new UsageThreshold(mark.Measure, mark.Percent, mark.Period, mark.Used, mark.Limit)),
        ];
    }

    // All of a raised cap's shares may lie below one that was recorded for the cap before.
    private static bool IsNew(UsageMark mark, UsageThreshold last) =>
        mark.Period == last.Period
            ? mark.Percent > last.Percent || (mark.Measure == UsageMeasure.Spend && mark.Limit != last.Limit)
            : mark.Period > last.Period;
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(UsageThreshold))]
internal sealed partial class UsageThresholdJson : JsonSerializerContext;

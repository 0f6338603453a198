using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Billing;
using Marketplace.Journal;

namespace Marketplace.Sellers;

/// <summary>
/// Which usage alerts a seller gets, and when they are not posted. A fact of the seller's settings; the newest one holds.
/// </summary>
/// <param name="Quota">Shares of the daily limit, in percent; of <see cref="UsageMarks.Percents"/>, rising. Empty for no alerts.</param>
/// <param name="FreeTier">Shares of the day's free calls.</param>
/// <param name="Spend">Shares of the month's spend cap.</param>
/// <param name="Webhook">True to post the alerts to Seller Center, too; they are always in the list.</param>
/// <param name="QuietFrom">Start of the quiet hours, in Asia/Shanghai; null for none.</param>
/// <param name="QuietTo">End of the quiet hours, exclusive; may lie on the next day.</param>
[GenerateSerializer, Immutable, Alias("mp.notification-settings")]
public sealed record NotificationSettings(
    [property: Id(0)] ImmutableArray<int> Quota,
    [property: Id(1)] ImmutableArray<int> FreeTier,
    [property: Id(2)] ImmutableArray<int> Spend,
    [property: Id(3)] bool Webhook,
    [property: Id(4)] TimeOnly? QuietFrom,
    [property: Id(5)] TimeOnly? QuietTo
) : IJournalEvent
{
    /// <summary>The journal type; never reused for another shape.</summary>
    public const string FactType = "changed";

    /// <summary>All alerts, posted at any hour: in force until the seller changes them.</summary>
    public static NotificationSettings Standard { get; } =
        new(UsageMarks.Percents, UsageMarks.Percents, UsageMarks.Percents, true, null, null);

    string IJournalEvent.Type => FactType;

    /// <summary>The content as one value: a repeated operation id must come with the same settings.</summary>
    [JsonIgnore]
    public string Fingerprint => CommandFingerprint.Of("notification-settings", Convert.ToHexStringLower(Encode().Span));

    /// <summary>The highest wanted share not above the one that was reached; 0 if there is none.</summary>
    public int HighestOf(UsageMeasure measure, int reached) => Wanted(measure).Where(percent => percent <= reached).DefaultIfEmpty().Max();

    /// <summary>
    /// True if an alert is posted now: everything outside the quiet hours, and at any hour that the daily limit or the spend cap is used
    /// up, because calls are refused from then on. After the free calls they only cost.
    /// </summary>
    public bool IsPosted(UsageThreshold reached, TimeOnly now)
    {
        ArgumentNullException.ThrowIfNull(reached);
        return Webhook && ((reached.Percent >= 100 && reached.Measure != UsageMeasure.FreeTier) || !IsQuiet(now));
    }

    /// <summary>Why the settings cannot be; null if they can.</summary>
    public string? Fault()
    {
        foreach (var shares in new[] { Quota, FreeTier, Spend })
        {
            if (shares.IsDefault || shares.Except(UsageMarks.Percents).Any() || shares.Distinct().Count() != shares.Length)
            {
                return $"Use each of {string.Join(", ", UsageMarks.Percents.SkipLast(1))} and {UsageMarks.Percents[^1]} at most once.";
            }
        }

        return (QuietFrom is null) != (QuietTo is null) || (QuietFrom is { } from && from == QuietTo)
            ? "Set both quiet_from and quiet_to, to different times, or neither."
            : null;
    }

    public ReadOnlyMemory<byte> Encode() =>
        JsonSerializer.SerializeToUtf8Bytes(this, NotificationSettingsJson.Default.NotificationSettings);

    /// <exception cref="FormatException">The payload is not of settings.</exception>
    public static NotificationSettings Decode(ReadOnlyMemory<byte> payload) =>
        JsonSerializer.Deserialize(payload.Span, NotificationSettingsJson.Default.NotificationSettings)
        ?? throw new FormatException("The notification settings are empty.");

    // The end is exclusive; TimeOnly.IsBetween knows ranges over midnight.
    private bool IsQuiet(TimeOnly now) => QuietFrom is { } from && QuietTo is { } to && now.IsBetween(from, to);

    private ImmutableArray<int> Wanted(UsageMeasure measure) =>
        measure switch
        {
            UsageMeasure.Quota => Quota,
            UsageMeasure.FreeTier => FreeTier,
            UsageMeasure.Spend => Spend,
            _ => throw new ArgumentOutOfRangeException(nameof(measure)),
        };
}

/// <summary>The refusals around notification settings.</summary>
public static class NotificationSettingsRefusals
{
    public const string SettingsInvalid = "notification-settings-invalid";

    /// <param name="reason">A sentence that names what is wrong and what is expected.</param>
    public static Refusal Invalid(string reason) => new(SettingsInvalid, reason, "seller", "Correct what is named and send it again.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(NotificationSettings))]
internal sealed partial class NotificationSettingsJson : JsonSerializerContext;

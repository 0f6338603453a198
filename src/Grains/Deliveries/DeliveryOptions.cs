using System.ComponentModel.DataAnnotations;
using Marketplace.Deliveries;
using Marketplace.Quotas;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Deliveries;

/// <summary>Delivery of events; section <c>Marketplace:Deliveries</c>.</summary>
public sealed class DeliveryOptions
{
    public const string Section = "Marketplace:Deliveries";

    /// <summary>The region of this process; set from <c>Marketplace:Region</c>.</summary>
    public string Region { get; set; } = "cn";

    /// <summary>The region as a value.</summary>
    public DataRegion ServedRegion => DataRegion.FromStored(Region);

    /// <summary>
    /// Pauses after the first, second … failed attempt, with a tenth of jitter; after the last one an event is given up.
    /// Default: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
    /// </summary>
    public IList<TimeSpan> RetryPauses { get; set; } = [];

    /// <summary>Consecutive failures after which the endpoint is only probed. Default: 10.</summary>
    [Range(1, 1_000)]
    public int BreakerFailures { get; set; } = RetryPolicy.Standard.BreakerFailures;

    /// <summary>The shortest pause between two probes of an unavailable endpoint. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan FirstProbe { get; set; } = RetryPolicy.Standard.FirstProbe;

    /// <summary>The longest; not shorter than the first. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan LongestProbe { get; set; } = RetryPolicy.Standard.LongestProbe;

    /// <summary>Maximum concurrent requests to one endpoint; the number adapts to how fast it accepts them. Default: 8.</summary>
    [Range(1, 256)]
    public int MaxInFlight { get; set; } = RetryPolicy.Standard.MaxInFlight;

    /// <summary>Maximum events of one installation that wait for a retry. Default: 500.</summary>
    [Range(1, 10_000)]
    public int MaxWaiting { get; set; } = RetryPolicy.Standard.MaxWaiting;

    /// <summary>Maximum dead letters of one installation. Default: 1,000.</summary>
    [Range(1, 10_000)]
    public int MaxDeadLetters { get; set; } = RetryPolicy.Standard.MaxDead;

    /// <summary>How often each process looks for installations that are due. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan WatchPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>After this time at the latest, another process takes up deliveries whose process ended. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a wake-up waits for its events to be delivered before it is written down on its own. Longer saves a commit for slower
    /// receivers, and holds up the seller's next wake-up for as long. Default: 100 ms.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan MarkAfter { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The retry policy these options describe.</summary>
    public RetryPolicy Policy =>
        new(
            RetryPauses.Count == 0 ? RetryPolicy.Standard.Pauses : [.. RetryPauses],
            BreakerFailures,
            MaxInFlight,
            MaxWaiting,
            MaxDeadLetters
        )
        {
            FirstProbe = FirstProbe,
            LongestProbe = LongestProbe,
        };
}

[OptionsValidator]
internal sealed partial class DeliveryOptionsAnnotations : IValidateOptions<DeliveryOptions>;

/// <summary>Pauses are positive and at most a week; the longest probe is no shorter than the first.</summary>
internal sealed class DeliveryOptionsRules : IValidateOptions<DeliveryOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    public ValidateOptionsResult Validate(string? name, DeliveryOptions options) =>
        options switch
        {
            _ when !options.RetryPauses.All(pause => pause > TimeSpan.Zero && pause <= Longest) => ValidateOptionsResult.Fail(
                $"{DeliveryOptions.Section}:RetryPauses: a pause is more than nothing and at most a week."
            ),
            _ when options.LongestProbe < options.FirstProbe => ValidateOptionsResult.Fail(
                $"{DeliveryOptions.Section}:LongestProbe must not be shorter than FirstProbe."
            ),
            _ => ValidateOptionsResult.Success,
        };
}

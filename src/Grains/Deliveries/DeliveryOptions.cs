using System.ComponentModel.DataAnnotations;
using Marketplace.Deliveries;
using Marketplace.Quotas;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Deliveries;

/// <summary>How events are delivered; section <c>Marketplace:Deliveries</c>.</summary>
public sealed class DeliveryOptions
{
    public const string Section = "Marketplace:Deliveries";

    /// <summary>The region of this process; set from <c>Marketplace:Region</c>.</summary>
    public string Region { get; set; } = "cn";

    /// <summary>The region as a value.</summary>
    public DataRegion ServedRegion => DataRegion.FromStored(Region);

    /// <summary>
    /// Pauses after the first, second … failed attempt, each up to a tenth shorter or longer; after the last one an event is given up.
    /// Default: 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h.
    /// </summary>
    public IList<TimeSpan> RetryPauses { get; set; } = [];

    /// <summary>Failures in a row after which the endpoint is left alone and only probed. Default: 10.</summary>
    [Range(1, 1_000)]
    public int BreakerFailures { get; set; } = RetryPolicy.Standard.BreakerFailures;

    /// <summary>The shortest pause between two probes of an endpoint at which nothing arrives. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan FirstProbe { get; set; } = RetryPolicy.Standard.FirstProbe;

    /// <summary>The longest; not shorter than the first. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00")]
    public TimeSpan LongestProbe { get; set; } = RetryPolicy.Standard.LongestProbe;

    /// <summary>Requests to one endpoint at once, at most: how many it gets follows what it takes. Default: 8.</summary>
    [Range(1, 256)]
    public int MaxInFlight { get; set; } = RetryPolicy.Standard.MaxInFlight;

    /// <summary>Events of one installation that may wait for a further attempt. Default: 500.</summary>
    [Range(1, 10_000)]
    public int MaxWaiting { get; set; } = RetryPolicy.Standard.MaxWaiting;

    /// <summary>Dead letters of one installation. Default: 1,000.</summary>
    [Range(1, 10_000)]
    public int MaxDeadLetters { get; set; } = RetryPolicy.Standard.MaxDead;

    /// <summary>How often each process looks for installations that are due. Default: 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan WatchPeriod { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Within this time somebody looks again at a delivery that was under way when its process ended. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What deliveries are judged by.</summary>
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

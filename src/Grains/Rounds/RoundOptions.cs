using System.ComponentModel.DataAnnotations;
using Marketplace.Rounds;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Rounds;

/// <summary>
/// The policy of sandbox rounds; section <c>Marketplace:Rounds</c>. Every round keeps the policy under which it ran, so a change concerns
/// later rounds only. The limits are published with the version and cannot be set.
/// </summary>
public sealed class RoundOptions
{
    public const string Section = "Marketplace:Rounds";

    /// <summary>
    /// The name of the policy in results. Name another one where anything below is changed. Default: <c>rounds-2026-12</c>.
    /// </summary>
    [Required, RegularExpression("^[a-z0-9.-]{1,64}$")]
    public string Policy { get; set; } = RoundPolicy.Published.Version;

    /// <summary>Orders of a round. Default: 120.</summary>
    [Range(1, 10_000)]
    public int Orders { get; set; } = RoundPolicy.Published.Orders;

    /// <summary>How long its traffic takes. Default: 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan Duration { get; set; } = RoundPolicy.Published.Duration;

    /// <summary>How long the plugin may still call after the last event. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan Grace { get; set; } = RoundPolicy.Published.Grace;

    /// <summary>
    /// The shortest time between the end of one round of a version and the start of the next, which also makes rounds independent.
    /// Default: 1 h.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "7.00:00:00")]
    public TimeSpan Spacing { get; set; } = RoundPolicy.Published.Spacing;

    /// <summary>The policy as the rules know it.</summary>
    internal RoundPolicy ToPolicy() =>
        RoundPolicy.Published with
        {
            Version = Policy,
            Orders = Orders,
            Duration = Duration,
            Grace = Grace,
            Spacing = Spacing,
        };
}

[OptionsValidator]
internal sealed partial class RoundOptionsValidator : IValidateOptions<RoundOptions>;

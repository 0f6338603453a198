using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Billing;

/// <summary>Settings of bills; section <c>Marketplace:Billing</c>.</summary>
public sealed class BillingOptions
{
    public const string Section = "Marketplace:Billing";

    /// <summary>
    /// How long after its end a month's bill is closed: calls reserved before midnight settle after it. Default: 24 h; 10 min to 10 d.
    /// </summary>
    [Range(typeof(TimeSpan), "00:10:00", "10.00:00:00")]
    public TimeSpan SettlingTime { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Days without charge when an add-on is subscribed for the first time. Default: 7; 0 to 90.</summary>
    [Range(0, 90)]
    public int TrialDays { get; set; } = 7;

    /// <summary>The platform's share of what a plugin's calls and add-ons cost. Default: 0.20; 0 to 1.</summary>
    [Range(0d, 1d)]
    public decimal PlatformShare { get; set; } = 0.20m;

    /// <summary>The version of the pricing policy that the share is of. Default: 2024-06.</summary>
    [Required, StringLength(20, MinimumLength = 1)]
    public string SharePolicy { get; set; } = "2024-06";
}

[OptionsValidator]
internal sealed partial class BillingOptionsValidator : IValidateOptions<BillingOptions>;

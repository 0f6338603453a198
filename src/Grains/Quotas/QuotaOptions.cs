using System.ComponentModel.DataAnnotations;
using Marketplace.Quotas;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Quotas;

/// <summary>Settings of the counters; section <c>Marketplace</c>.</summary>
public sealed class QuotaOptions
{
    public const string Section = "Marketplace";

    /// <summary>
    /// Calls of an installation that may be answered with an error of the caller's (4xx) in a day of business; beyond them its calls are
    /// refused until the next day. Errors cost nothing, so this is what ends a plugin that loops on a wrong request. Default: 10,000.
    /// </summary>
    [Range(1, 1_000_000_000)]
    public long ErrorsPerDay { get; set; } = CallMeter.DefaultErrorsPerDay;
}

[OptionsValidator]
internal sealed partial class QuotaOptionsValidator : IValidateOptions<QuotaOptions>;

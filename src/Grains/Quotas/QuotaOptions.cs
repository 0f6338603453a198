using System.ComponentModel.DataAnnotations;
using Marketplace.Quotas;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Quotas;

/// <summary>Settings of the counters; section <c>Marketplace</c>.</summary>
public sealed class QuotaOptions
{
    public const string Section = "Marketplace";

    /// <summary>
    /// Maximum calls of an installation answered with a caller's error (4xx) per business day; beyond it its calls are refused until the
    /// next day. Errors are free, so this limit stops a plugin that loops on a bad request. Default: 10,000.
    /// </summary>
    [Range(1, 1_000_000_000)]
    public long ErrorsPerDay { get; set; } = CallMeter.DefaultErrorsPerDay;
}

[OptionsValidator]
internal sealed partial class QuotaOptionsValidator : IValidateOptions<QuotaOptions>;

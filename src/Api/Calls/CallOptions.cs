using System.ComponentModel.DataAnnotations;
using Marketplace.Quotas;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Calls;

/// <summary>Settings of the call path; section <c>Marketplace</c>.</summary>
public sealed class CallOptions
{
    public const string Section = "Marketplace";

    /// <summary>The region served by this process (R20, R21): installations of another region are refused. Default: <c>cn</c>.</summary>
    [Required, RegularExpression(DataRegion.Pattern)]
    public string Region { get; set; } = "cn";

    /// <summary>The region as a value; validated with the settings, not for each call.</summary>
    public DataRegion ServedRegion => DataRegion.FromStored(Region);

    /// <summary>Maximum request body of a quota-checked call, in bytes. Default: 65,536.</summary>
    [Range(1_024, 16_777_216)]
    public int MaxBodyBytes { get; set; } = 65_536;

    /// <summary>
    /// Maximum answer stored with an idempotency key, in bytes. Default: 262,144; answers of built-in writes are smaller.
    /// </summary>
    [Range(0, 1_048_576)]
    public int MaxKeptAnswerBytes { get; set; } = 262_144;
}

[OptionsValidator]
internal sealed partial class CallOptionsValidator : IValidateOptions<CallOptions>;

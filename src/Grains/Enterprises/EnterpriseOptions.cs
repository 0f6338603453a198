using System.ComponentModel.DataAnnotations;
using Marketplace.Enterprises;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Enterprises;

/// <summary>How the sub-accounts of an enterprise are counted.</summary>
public enum SubAccountPolicy
{
    /// <summary>Per plugin.</summary>
    PerPlugin,

    /// <summary>For the enterprise as a whole, whichever plugins they use.</summary>
    Total,
}

/// <summary>Rules of enterprises; section <c>Marketplace:Enterprises</c>.</summary>
public sealed class EnterpriseOptions
{
    public const string Section = "Marketplace:Enterprises";

    /// <summary>Sub-accounts an enterprise may bind without an approved application (R45). Default: 5.</summary>
    [Range(0, 1_000)]
    public int SubAccountCap { get; set; } = 5;

    /// <summary>How they are counted. Default: per plugin.</summary>
    public SubAccountPolicy SubAccountPolicy { get; set; } = SubAccountPolicy.PerPlugin;

    /// <summary>Working days a review may take (R44). Default: 2.</summary>
    [Range(1, 30)]
    public int ReviewWorkingDays { get; set; } = 2;

    /// <summary>How long a reviewer's claim lasts. Default: 4 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "2.00:00:00")]
    public TimeSpan ClaimTime { get; set; } = TimeSpan.FromHours(4);

    /// <summary>A calendar of holidays and make-up days that replaces the built-in one. Default: none.</summary>
    public string? WorkingDaysFile { get; set; }

    /// <summary>The policy for the rules.</summary>
    public EnterprisePolicy Policy => new(SubAccountCap, SubAccountPolicy == SubAccountPolicy.Total, ReviewWorkingDays, ClaimTime);
}

[OptionsValidator]
internal sealed partial class EnterpriseOptionsAnnotations : IValidateOptions<EnterpriseOptions>;

/// <summary>An unreadable calendar stops the start.</summary>
internal sealed class EnterpriseOptionsRules : IValidateOptions<EnterpriseOptions>
{
    public ValidateOptionsResult Validate(string? name, EnterpriseOptions options)
    {
        try
        {
            _ = ReadCalendar(options);
            return ValidateOptionsResult.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return ValidateOptionsResult.Fail($"{EnterpriseOptions.Section}:WorkingDaysFile: {e.Message}");
        }
    }

    public static WorkingDays ReadCalendar(EnterpriseOptions options) =>
        options.WorkingDaysFile is { Length: > 0 } path ? WorkingDays.Parse(File.ReadAllBytes(path)) : WorkingDays.Published;
}

using System.Globalization;

namespace Marketplace.Certification.Rules;

/// <summary>Days in findings: the same on every machine, whatever calendar its culture has.</summary>
internal static class Days
{
    public static string Text(this DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

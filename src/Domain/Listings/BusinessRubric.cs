using System.Collections.Immutable;
using Marketplace.Catalogue;

namespace Marketplace.Listings;

/// <summary>The business reviewers' form (R19): criteria with weights by category; each gets 0 to 5 points.</summary>
public static class BusinessRubric
{
    public const int MaxPoints = 5;

    /// <summary>The weighted share of all points that an approval needs, in percent.</summary>
    public const int ApprovalPercent = 60;

    private static readonly ImmutableSortedDictionary<string, int> Common = Weights(
        ("fit", 30),
        ("price", 20),
        ("screenshots", 10),
        ("texts", 20)
    );

    /// <summary>The criteria of a category with their weights, which sum up to 100.</summary>
    public static ImmutableSortedDictionary<string, int> Of(PluginCategory category) =>
        category switch
        {
            PluginCategory.OrderProcessing => Common.Add("order-flow", 20),
            PluginCategory.Logistics => Common.Add("carrier-coverage", 20),
            PluginCategory.ComplianceAndLocalisation => Common.Add("legal-basis", 20),
            PluginCategory.DataDashboard => Common.Add("data-sources", 20),
            _ => throw new ArgumentOutOfRangeException(nameof(category)),
        };

    /// <summary>True if exactly the category's criteria have points within bounds.</summary>
    public static bool IsComplete(PluginCategory category, ImmutableSortedDictionary<string, int> scores) =>
        scores.Count == Of(category).Count
        && Of(category).Keys.All(scores.ContainsKey)
        && scores.Values.All(static points => points is >= 0 and <= MaxPoints);

    /// <summary>The weighted share of all points in percent, rounded down; for complete scores.</summary>
    public static int PercentOf(PluginCategory category, ImmutableSortedDictionary<string, int> scores) =>
        Of(category).Sum(criterion => criterion.Value * scores[criterion.Key]) / MaxPoints;

    private static ImmutableSortedDictionary<string, int> Weights(params ReadOnlySpan<(string Criterion, int Weight)> weights)
    {
        var all = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        foreach (var (criterion, weight) in weights)
        {
            all.Add(criterion, weight);
        }

        return all.ToImmutable();
    }
}

using System.Collections.Immutable;

namespace Marketplace.Catalogue.Search;

/// <summary>Badges that a plugin earns by data, and loses by them (R10, R12, R22).</summary>
public static class PluginBadges
{
    /// <summary>Its installations' data stay in the EU.</summary>
    public const string GdprResident = "gdpr-resident";

    /// <summary>Its receiver answers within 120 ms on average (R10).</summary>
    public const string FastAnswers = "within-120-ms";

    /// <summary>At least 99.97 % of its deliveries were in time and complete.</summary>
    public const string Accurate = "accurate-99-97";

    /// <summary>Attempts below which nothing is said about speed.</summary>
    public const int LeastAttempts = 100;

    /// <summary>Deliveries below which nothing is said about accuracy: one error in fewer would be more than 0.03 %.</summary>
    public const int LeastDeliveries = 3_334;

    private const double FastMs = 120;
    private const double AccurateShare = 0.9997;

    /// <summary>All badges.</summary>
    public static ImmutableArray<string> All { get; } = [GdprResident, FastAnswers, Accurate];

    /// <summary>The badges that hold by the last measurement.</summary>
    public static ImmutableArray<string> Of(CatalogueEntry entry, PluginMeasures measures)
    {
        ArgumentNullException.ThrowIfNull(entry);
        ArgumentNullException.ThrowIfNull(measures);
        var badges = ImmutableArray.CreateBuilder<string>();
        if (entry.Region.Value.StartsWith("eu", StringComparison.Ordinal))
        {
            badges.Add(GdprResident);
        }

        if (measures.Quality is { Sample: >= LeastAttempts, MeanMs: <= FastMs })
        {
            badges.Add(FastAnswers);
        }

        if (measures.Quality is { AccuracySample: >= LeastDeliveries, Accuracy: >= AccurateShare })
        {
            badges.Add(Accurate);
        }

        return badges.ToImmutable();
    }
}

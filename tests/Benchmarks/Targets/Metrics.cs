using System.Globalization;
using System.Text.RegularExpressions;

namespace Marketplace.Benchmarks.Targets;

/// <summary>A page of metrics in the Prometheus text format.</summary>
internal sealed partial class Metrics
{
    private readonly List<(string Name, string Labels, double Value)> _samples = [];

    public static Metrics Parse(string page)
    {
        var metrics = new Metrics();
        foreach (var line in page.Split('\n'))
        {
            if (Sample().Match(line) is { Success: true } sample)
            {
                var value = sample.Groups["value"].Value switch
                {
                    "+Inf" => double.PositiveInfinity,
                    "-Inf" => double.NegativeInfinity,
                    var text => double.Parse(text, CultureInfo.InvariantCulture),
                };
                metrics._samples.Add((sample.Groups["name"].Value, sample.Groups["labels"].Value, value));
            }
        }

        return metrics;
    }

    /// <summary>Names of histograms whose name matches.</summary>
    public IReadOnlyList<string> Histograms(Regex name) =>
        [
            .. _samples
                .Where(sample => sample.Name.EndsWith("_bucket", StringComparison.Ordinal) && name.IsMatch(sample.Name))
                .Select(sample => sample.Name[..^"_bucket".Length])
                .Distinct(),
        ];

    /// <summary>Sum of all samples whose name matches.</summary>
    public double Sum(Regex name) => _samples.Where(sample => name.IsMatch(sample.Name)).Sum(sample => sample.Value);

    /// <summary>Label sets (without the bucket bound) of a histogram.</summary>
    public IReadOnlyList<string> LabelSets(string histogram) =>
        [.. _samples.Where(sample => sample.Name == histogram + "_count").Select(sample => sample.Labels)];

    /// <summary>Count, mean and estimated quantiles of what a histogram gained since <paramref name="before"/>.</summary>
    public HistogramFigures Gained(Metrics before, string histogram, string labels)
    {
        var count = One(histogram + "_count", labels) - before.One(histogram + "_count", labels);
        var sum = One(histogram + "_sum", labels) - before.One(histogram + "_sum", labels);
        var buckets = Buckets(histogram, labels);
        var earlier = before.Buckets(histogram, labels).ToDictionary(bucket => bucket.Bound, bucket => bucket.Count);
        var gained = buckets.Select(bucket => (bucket.Bound, Count: bucket.Count - earlier.GetValueOrDefault(bucket.Bound))).ToArray();
        return new HistogramFigures((long)count, sum / count, Quantile(gained, 0.5), Quantile(gained, 0.99));
    }

    private static double Quantile((double Bound, double Count)[] buckets, double share)
    {
        var rank = share * (buckets.Length > 0 ? buckets[^1].Count : 0);
        var (lowerBound, lowerCount) = (0.0, 0.0);
        foreach (var (bound, count) in buckets)
        {
            if (count >= rank && count > lowerCount)
            {
                return double.IsInfinity(bound)
                    ? lowerBound
                    : lowerBound + ((bound - lowerBound) * (rank - lowerCount) / (count - lowerCount));
            }

            (lowerBound, lowerCount) = (bound, count);
        }

        return lowerBound;
    }

    private double One(string name, string labels) =>
        _samples.FirstOrDefault(sample => sample.Name == name && sample.Labels == labels).Value;

    private List<(double Bound, double Count)> Buckets(string histogram, string labels)
    {
        var wanted = Labels().Matches(labels).Select(label => label.Value).ToHashSet();
        var buckets = new List<(double Bound, double Count)>();
        foreach (var sample in _samples.Where(sample => sample.Name == histogram + "_bucket"))
        {
            var found = Labels().Matches(sample.Labels).Select(label => label.Value).ToList();
            var bound = found.First(label => label.StartsWith("le=", StringComparison.Ordinal));
            found.Remove(bound);
            if (wanted.SetEquals(found))
            {
                buckets.Add((Bound(bound[4..^1]), sample.Value));
            }
        }

        return [.. buckets.OrderBy(bucket => bucket.Bound)];
    }

    private static double Bound(string text) => text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?<name>[a-zA-Z_:][\w:]*)(\{(?<labels>.*)\})? (?<value>[^ ]+)( \d+)?\r?$")]
    private static partial Regex Sample();

    [GeneratedRegex(@"[\w]+=""(?:[^""\\]|\\.)*""")]
    private static partial Regex Labels();
}

/// <summary>What a histogram saw. Quantiles are interpolated within buckets.</summary>
internal sealed record HistogramFigures(long Count, double Mean, double P50, double P99);

using System.Globalization;
using System.Text.RegularExpressions;

namespace Marketplace.Benchmarks.Reporting;

/// <summary>
/// Compares a run with the last committed report: ratios to peers of the same run, and bytes. Times and rates are left out, because they
/// say more about the machine of the day.
/// </summary>
internal sealed partial class RegressionGuard(string folder)
{
    /// <summary>Two rounds of one build differ by up to so much.</summary>
    private const double Noise = 0.2;

    private static readonly string[] Compared = ["", " kB", " B"];

    /// <summary>A line for each figure that fell by more than the noise, and one that says what was compared.</summary>
    public IEnumerable<string> Compare(IEnumerable<Figure> figures)
    {
        if (LastReport() is not { } report)
        {
            return [$"There is no report in {Path.GetFileName(folder)} to compare with."];
        }

        var last = Read(report);
        var compared = figures.Where(figure => Compared.Contains(figure.Unit) && last.ContainsKey(figure.Name)).ToList();
        return
        [
            .. compared.Where(figure => Fell(figure, last[figure.Name])).Select(figure => Line(figure, last[figure.Name])),
            $"{compared.Count} figures compared with {Path.GetFileName(report)}.",
        ];
    }

    private static bool Fell(Figure figure, double last) =>
        figure.HigherIsBetter ? figure.Value < last * (1 - Noise) : figure.Value > last * (1 + Noise);

    private static string Line(Figure figure, double last) =>
        string.Create(CultureInfo.InvariantCulture, $"**Fell: {figure.Name}: {figure.ValueText}, was {last:0.##}{figure.Unit}**");

    private string? LastReport() =>
        Directory.Exists(folder)
            ? Directory.GetFiles(folder).Where(file => Report().IsMatch(Path.GetFileName(file))).Max(StringComparer.Ordinal)
            : null;

    private static Dictionary<string, double> Read(string report) =>
        File.ReadLines(report)
            .SkipWhile(line => line != "## Figures")
            .TakeWhile(line => line != "## Notes")
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 2)
            .Select(cells => (Name: cells[1], Value: Number().Match(cells[2]).Value))
            .Where(row => row.Value.Length > 0)
            .ToDictionary(row => row.Name, row => double.Parse(row.Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d\.md$")]
    private static partial Regex Report();

    [GeneratedRegex(@"^[\d,]+(\.\d+)?")]
    private static partial Regex Number();
}

using System.Globalization;
using System.Text;
using Marketplace.Benchmarks.Load;
using Spectre.Console;

namespace Marketplace.Benchmarks.Reporting;

/// <summary>The tables of a run, on the console and as Markdown.</summary>
internal sealed class Report(BenchmarkOptions options, RunHistory book)
{
    private static readonly string[] SetUpColumns =
    [
        "",
        "set-up",
        "keeps",
        "calls/s",
        "least–most",
        "p50 / p99 ms",
        "non-2xx",
        "socket errors",
        "foreign cores",
        "disturbed rounds",
    ];

    private static readonly string[] FigureColumns = ["figure", "measured", "goal", "acceptable", "reached"];

    public void Print(IAnsiConsole console)
    {
        console.Write(Grid(SetUpColumns, SetUps()));
        console.Write(Grid(FigureColumns, FigureRows()));
        foreach (var note in book.Notes)
        {
            console.WriteLine(note);
        }
    }

    public string Markdown(DateOnly day)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Benchmark of {day:yyyy-MM-dd}");
        text.AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"`eng/bench.sh`: {options.Rounds} rounds of {options.Seconds} s, {options.Connections} connections, "
                + $"{options.Installations} installations, set-ups in turn; medians. How to read it: README.md."
        );
        text.AppendLine();
        foreach (var (name, value) in book.Facts)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {name}: {value}");
        }

        Append(text, "Set-ups", SetUpColumns, SetUps());
        Append(text, "Figures", FigureColumns, FigureRows());
        text.AppendLine("## Notes").AppendLine();
        text.AppendLine("- keeps: an acknowledged call survives kill -9 / power loss");
        foreach (var note in book.Notes)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {note}");
        }

        return text.ToString();
    }

    private static Table Grid(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)));
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(cell => new Text(cell)));
        }

        return table;
    }

    private static void Append(StringBuilder text, string title, string[] columns, IEnumerable<string[]> rows)
    {
        text.AppendLine().AppendLine(CultureInfo.InvariantCulture, $"## {title}").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns)} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"|{string.Concat(columns.Select(_ => "---|"))}");
        foreach (var row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |");
        }

        text.AppendLine();
    }

    private IEnumerable<string[]> SetUps()
    {
        foreach (var target in book.Targets)
        {
            var rounds = book.Rounds(target.Key);
            var rate = Spread.Of(rounds.Select(round => round.Load.Rate));
            yield return
            [
                target.Key,
                target.Name,
                target.Keeps,
                Whole(rate.Median),
                $"{Whole(rate.Least)}–{Whole(rate.Most)}",
                $"{Milliseconds(rounds, load => load.P50Ms)} / {Milliseconds(rounds, load => load.P99Ms)}",
                Whole(rounds.Sum(round => round.Load.Refusals)),
                Whole(rounds.Sum(round => round.Load.SocketErrors)),
                Spread.Of(rounds.Select(round => round.ForeignCores)).Most.ToString("0.00", CultureInfo.InvariantCulture),
                $"{rounds.Count(round => round.Disturbed)} of {rounds.Count} ({rounds.Sum(round => round.Repeats)} repeats)",
            ];
        }
    }

    private IEnumerable<string[]> FigureRows() =>
        book
            .Figures.Where(figure => !double.IsNaN(figure.Value))
            .Select(figure => (string[])[figure.Name, figure.ValueText, figure.GoalText, figure.AcceptableText, figure.Verdict]);

    private static string Whole(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(IEnumerable<Measurement> rounds, Func<LoadResult, double> latency) =>
        Spread.Of(rounds.Select(round => latency(round.Load))).Median.ToString("0.0", CultureInfo.InvariantCulture);
}

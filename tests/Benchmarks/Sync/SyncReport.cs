using System.Globalization;
using System.Text;
using Marketplace.Benchmarks.Load;
using Marketplace.Benchmarks.Reporting;
using Marketplace.Benchmarks.Targets;
using Spectre.Console;

namespace Marketplace.Benchmarks.Sync;

/// <summary>The tables of a sync run, on the console and as Markdown.</summary>
internal sealed class SyncReport(BenchmarkOptions options, RunHistory book)
{
    private static readonly string[] SetUpColumns =
    [
        "",
        "set-up",
        "ingest events/s",
        "end to end events/s",
        "least–most",
        "p50 / p99 ms at half of it",
        "pull events/s",
        "foreign cores",
        "disturbed",
    ];

    private static readonly string[] FigureColumns = ["figure", "measured", "goal", "reached"];
    private static readonly string[] Loads = ["ingest", "flow", "paced", "pull"];

    public static string KeyOf(string target, string load) => $"{target}-{load}";

    public void Print(IAnsiConsole console)
    {
        console.Write(Grid(SetUpColumns, SetUps()));
        console.Write(Grid(FigureColumns, Figures()));
        foreach (var note in book.Notes)
        {
            console.WriteLine(note);
        }
    }

    public string Markdown(DateOnly day)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"# Benchmark of event delivery, {day:yyyy-MM-dd}").AppendLine();
        text.AppendLine(
                CultureInfo.InvariantCulture,
                $"`eng/bench.sh sync`: {options.Rounds} rounds of {options.Seconds} s, {options.Installations} installations, "
                    + $"set-ups in turn; medians. How to read it: README.md."
            )
            .AppendLine();
        foreach (var (name, value) in book.Facts)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {name}: {value}");
        }

        Table(text.AppendLine(), SetUpColumns, SetUps());
        Table(text.AppendLine(), FigureColumns, Figures());
        text.AppendLine();
        foreach (var note in book.Notes)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"- {note}");
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static void Table(StringBuilder text, string[] columns, IEnumerable<string[]> rows)
    {
        text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", columns)} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"|{string.Concat(columns.Select(_ => "---|"))}");
        foreach (var row in rows)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {string.Join(" | ", row)} |");
        }
    }

    private static Table Grid(string[] columns, IEnumerable<string[]> rows)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns([.. columns.Select(Markup.Escape)]);
        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(Markup.Escape)]);
        }

        return table;
    }

    private static string Rate(double rate) => double.IsNaN(rate) ? "–" : rate.ToString("N0", CultureInfo.InvariantCulture);

    private IEnumerable<string[]> SetUps() => book.Targets.Select(Row);

    private string[] Row(Target target)
    {
        var flow = Spread.Of(Rounds(target.Key, "flow").Select(round => round.Load.Rate));
        var (p50, p99) = Latency(target.Key);
        var all = Loads.SelectMany(load => Rounds(target.Key, load)).ToList();
        return
        [
            target.Key,
            target.Name,
            Rate(Of(target.Key, "ingest")),
            Rate(flow.Median),
            $"{Rate(flow.Least)}–{Rate(flow.Most)}",
            string.Create(CultureInfo.InvariantCulture, $"{p50:0.0} / {p99:0.0}"),
            Rate(Of(target.Key, "pull")),
            string.Create(CultureInfo.InvariantCulture, $"{Spread.Of(all.Select(round => round.ForeignCores)).Median:0.00}"),
            string.Create(CultureInfo.InvariantCulture, $"{all.Count(round => round.Disturbed)} of {all.Count}"),
        ];
    }

    private IEnumerable<string[]> Figures() =>
        List().Select(figure => (string[])[figure.Name, figure.ValueText, figure.GoalText, figure.Verdict]);

    private IEnumerable<Figure> List()
    {
        foreach (var (key, store) in new[] { ("f", "SQLite"), ("g", "PostgreSQL") })
        {
            yield return Least($"ingest, ours on {store}", Of(key, "ingest"), 15_000);
            yield return Least($"end to end, ours on {store}", Of(key, "flow"), 3_000);
            yield return Figure.Cost($"p99 at half of that, ours on {store}", Latency(key).P99, " ms", 1_000, 1_000);
            yield return Least($"pull, ours on {store}", Of(key, "pull"), 20_000);
        }

        foreach (var (peer, name) in new[] { ("o", "PostgreSQL outbox"), ("r", "Redis Streams") })
        {
            yield return Figure.Ratio($"ingest, ours on PostgreSQL / {name}", Ratio("g", peer, "ingest"), double.NaN, double.NaN);
            yield return Figure.Ratio($"end to end, ours on PostgreSQL / {name}", Ratio("g", peer, "flow"), double.NaN, double.NaN);
            yield return Figure.Ratio($"end to end, ours on SQLite / {name}", Ratio("f", peer, "flow"), double.NaN, double.NaN);
        }
    }

    private static Figure Least(string name, double value, double goal) => new(name, value, goal, goal, " events/s", true);

    private IReadOnlyList<Measurement> Rounds(string key, string load) => book.Rounds(KeyOf(key, load));

    private double Of(string key, string load) => book.Rate(KeyOf(key, load));

    private double Ratio(string key, string other, string load) => book.Ratio(KeyOf(key, load), KeyOf(other, load));

    private (double P50, double P99) Latency(string key)
    {
        var rounds = Rounds(key, "paced");
        return (Spread.Of(rounds.Select(round => round.Load.P50Ms)).Median, Spread.Of(rounds.Select(round => round.Load.P99Ms)).Median);
    }
}

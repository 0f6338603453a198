using System.Globalization;
using Spectre.Console;

namespace Marketplace.Replay.Reporting;

/// <summary>The table printed at the end of a delivery run.</summary>
internal static class DeliveryTable
{
    public static void Write(IAnsiConsole console, DeliveryReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("What").AddColumn(new TableColumn("How many").RightAligned());
        table.Title = new TableTitle(Markup.Escape(report.Dataset));
        Events(table, report.Events);
        Deliveries(table, report);
        Faults(table, report);
        Verdict(table, report);
        console.Write(table);
        foreach (var problem in report.Problems)
        {
            console.MarkupLineInterpolated($"[red]![/] {problem}");
        }

        console.MarkupLine(
            report.Ok ? "[green]OK[/]: everything arrived, in order, unchanged, signed, without private data" : "[red]NOT OK[/]"
        );
    }

    private static void Events(Table table, EventFigures events)
    {
        Row(table, "events sent", events.Sent);
        Row(table, "  accepted", events.Accepted);
        Row(table, "  duplicates", events.Duplicates);
        Zero(table, "  rejected", events.Rejected);
        Zero(table, "  not accounted for", events.Unaccounted);
        Latency(table, "batch p50 / p99, ms", events.LatencyMs.P50, events.LatencyMs.P99);
        table.AddEmptyRow();
    }

    private static void Deliveries(Table table, DeliveryReport report)
    {
        Row(table, $"installations of {report.Plugin}", report.Installations);
        Row(table, "events owed", report.Owed);
        Row(table, "events arrived", report.Arrivals);
        Row(table, "  again, as before", report.Duplicates);
        Row(table, "requests repeated", report.Retries);
        Row(table, "parked endpoints named again", report.Returned);
        foreach (var call in report.Calls.Where(call => call.Operation != "events"))
        {
            Row(table, $"  {call.Operation} {call.Outcome}", call.Count);
        }

        table.AddEmptyRow();
    }

    private static void Faults(Table table, DeliveryReport report)
    {
        foreach (var (fault, count) in report.Faults)
        {
            Row(table, $"receivers: {fault}", count);
        }

        Latency(table, "accepted to arrived p50 / p95 / p99, ms", report.LatencyMs.P50, report.LatencyMs.P95, report.LatencyMs.P99);
        table.AddRow("waited after the last batch, s", report.WaitedSeconds.ToString("F1", CultureInfo.InvariantCulture));
        table.AddEmptyRow();
    }

    private static void Verdict(Table table, DeliveryReport report)
    {
        table.AddRow("accuracy before replay", Percent(report.AccuracyBeforeReplay));
        table.AddRow("accuracy", Percent(report.Accuracy));
        Zero(table, "missing", report.Missing);
        Zero(table, "arrived, but never acknowledged", report.Unacknowledged);
        foreach (var (kind, count) in report.Wrong)
        {
            Zero(table, kind.Replace('_', ' '), count);
        }
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:F4} %");

    private static void Row(Table table, string what, long count) =>
        table.AddRow(Markup.Escape(what), count.ToString("N0", CultureInfo.InvariantCulture));

    private static void Zero(Table table, string what, long count) =>
        table.AddRow(Markup.Escape(what), $"[{(count == 0 ? "green" : "red")}]{count.ToString("N0", CultureInfo.InvariantCulture)}[/]");

    private static void Latency(Table table, string what, params double[] figures) =>
        table.AddRow(
            Markup.Escape(what),
            string.Join(" / ", figures.Select(figure => figure.ToString("F2", CultureInfo.InvariantCulture)))
        );
}

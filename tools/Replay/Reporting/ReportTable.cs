using System.Globalization;
using Spectre.Console;

namespace Marketplace.Replay.Reporting;

/// <summary>The table printed at the end of a run.</summary>
internal static class ReportTable
{
    public static void Write(IAnsiConsole console, ReplayReport report)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("What").AddColumn(new TableColumn("How many").RightAligned());
        table.Title = new TableTitle(Markup.Escape($"{report.Dataset} ({report.Source})"));
        Events(table, report);
        Calls(table, report);
        Orders(table, report);
        Bill(table, report.Bill);
        console.Write(table);
        foreach (var problem in report.Problems)
        {
            console.MarkupLineInterpolated($"[red]![/] {problem}");
        }

        console.MarkupLine(report.Ok ? "[green]OK[/]: nothing lost, nothing changed, nothing leaked, the bill is equal" : "[red]NOT OK[/]");
    }

    private static void Events(Table table, ReplayReport report)
    {
        var events = report.Events;
        foreach (var (reason, rows) in report.SkippedRows)
        {
            Row(table, $"skipped: {reason}", rows);
        }

        Row(table, "events sent", events.Sent);
        Row(table, "  accepted", events.Accepted);
        Row(table, "  duplicates", events.Duplicates);
        Zero(table, "  rejected", events.Rejected);
        foreach (var (code, count) in events.RejectedByCode)
        {
            Row(table, $"    {code}", count);
        }

        Zero(table, "  not accounted for", events.Unaccounted);
        Latency(table, "batch", events.LatencyMs);
        table.AddEmptyRow();
    }

    private static void Calls(Table table, ReplayReport report)
    {
        Row(table, $"sellers visited by {report.Plugin}", report.Sellers);
        foreach (var call in report.Calls)
        {
            Row(table, $"  {call.Operation} {call.Outcome}", call.Count);
        }

        Latency(table, "metered call", report.CallLatencyMs);
        Zero(table, "failures", report.Failures);
        table.AddEmptyRow();
    }

    private static void Orders(Table table, ReplayReport report)
    {
        var orders = report.Orders;
        Row(table, "orders expected", orders.Expected);
        Row(table, "  checked", orders.Checked);
        Row(table, "  not checked", orders.Skipped);
        Zero(table, "  missing", orders.Missing);
        Zero(table, "  different", orders.Different);
        Row(table, "  of other datasets", orders.Unknown);
        Zero(table, "leaks of private data", orders.Leaks);
        table.AddEmptyRow();
    }

    private static void Bill(Table table, BillFigures bill)
    {
        Row(table, "calls counted by own receipts", bill.OwnCalls);
        Row(table, "calls on the bills", bill.BilledCalls);
        Row(table, "replies lost", bill.LostReplies);
        table.AddRow("CNY by own recount", bill.OwnAmountCny.ToString("F3", CultureInfo.InvariantCulture));
        table.AddRow(
            "CNY on the bills",
            $"[{(bill.Equal ? "green" : "red")}]{bill.BilledAmountCny.ToString("F3", CultureInfo.InvariantCulture)}[/]"
        );
    }

    private static void Row(Table table, string what, long count) =>
        table.AddRow(Markup.Escape(what), count.ToString("N0", CultureInfo.InvariantCulture));

    private static void Zero(Table table, string what, long count) =>
        table.AddRow(Markup.Escape(what), $"[{(count == 0 ? "green" : "red")}]{count.ToString("N0", CultureInfo.InvariantCulture)}[/]");

    private static void Latency(Table table, string what, LatencyFigures figures) =>
        table.AddRow($"{what} p50 / p99, ms", string.Create(CultureInfo.InvariantCulture, $"{figures.P50:F2} / {figures.P99:F2}"));
}

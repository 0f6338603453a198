using System.Globalization;
using Marketplace.Billing;
using Spectre.Console;

namespace Marketplace.Ledger;

/// <summary>Recomputes one seller's bill of one month call by call, and verifies the seller's part of the ledger on the way.</summary>
internal static class BillRecomputation
{
    public static async Task<int> Run(
        LedgerArguments arguments,
        ILogs logs,
        TextWriter text,
        TextWriter errors,
        CancellationToken cancellationToken
    )
    {
        var findings = new FindingList();
        var lines = new List<BillLine>();
        var ledger = new LedgerVerifier(findings.Add);
        var recount = new BillRecount(findings.Add, day => lines.AddRange(LinesIn(day, arguments.Month)));

        // A seller's installations are adjacent: their texts start with its id and a slash.
        await foreach (var row in logs.ReadLedger(arguments.Seller.Value + "/", cancellationToken))
        {
            if (row.Installation.Seller != arguments.Seller)
            {
                break;
            }

            if (ledger.Add(row) is { } rated)
            {
                recount.Add(rated);
            }
        }

        ledger.Complete();
        recount.Complete();
        await Write(arguments, lines, text);
        await findings.Write(errors);
        return findings.Count == 0 ? LedgerCommand.Well : LedgerCommand.Wrong;
    }

    private static IReadOnlyList<BillLine> LinesIn(RecountedDay day, DateOnly month) =>
        day.Day.Year == month.Year && day.Day.Month == month.Month ? day.Lines : [];

    private static async Task Write(LedgerArguments arguments, List<BillLine> lines, TextWriter text)
    {
        if (arguments.Csv)
        {
            await text.WriteAsync("plugin,day,tier,api,calls,unit_price,amount,currency\n");
            foreach (var line in lines)
            {
                await text.WriteAsync(string.Join(',', Cells(line)) + "\n");
            }

            return;
        }

        WriteTable(arguments, lines, text);
    }

    private static void WriteTable(LedgerArguments arguments, List<BillLine> lines, TextWriter text)
    {
        var table = new Table()
            .Border(TableBorder.Rounded)
            .AddColumns("plugin", "day", "tier", "api", "calls", "unit price", "amount", "currency");
        lines.ForEach(line => table.AddRow([.. Cells(line).Select(Markup.Escape)]));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 160;
        console.Write(table);
        var totals = lines
            .GroupBy(line => line.Amount.Currency)
            .Select(group => Money.Cny(0) with { Amount = group.Sum(line => line.Amount.Amount), Currency = group.Key });
        foreach (var total in totals.DefaultIfEmpty(Money.Cny(0)))
        {
            text.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{arguments.Seller} {arguments.Month:yyyy-MM}: {lines.Sum(line => line.Calls)} calls, total {total}, "
                        + $"statement {total.RoundedForStatement().Amount:0.00} {total.Currency}"
                )
            );
        }
    }

    // No cell can contain a comma or a quote: ids, dates, bounds, operation names and numbers.
    private static string[] Cells(BillLine line) =>
        [
            line.Plugin.Value,
            line.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            line.Tier,
            line.Operation.Value,
            line.Calls.ToString(CultureInfo.InvariantCulture),
            line.UnitPrice.Amount.ToString("0.000", CultureInfo.InvariantCulture),
            line.Amount.Amount.ToString("0.000", CultureInfo.InvariantCulture),
            line.Amount.Currency,
        ];
}

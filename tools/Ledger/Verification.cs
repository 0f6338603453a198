using System.Globalization;
using System.Text.Json;
using Marketplace.Billing;
using Marketplace.Billing.Statements;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Journal;
using Spectre.Console;

namespace Marketplace.Ledger;

/// <summary>Verifies every chain and recomputes every bill, in one pass over each log.</summary>
internal sealed class Verification
{
    private readonly FindingList _findings = new();
    private readonly LedgerVerifier _ledger;
    private readonly BillRecount _recount;
    private readonly JournalVerifier _journal;
    private readonly PriceVerifier _prices;
    private readonly FeedVerifier _feed;
    private readonly DeliveryVerifier _delivery;
    private readonly StatementVerifier _statements;

    private Verification()
    {
        _ledger = new LedgerVerifier(_findings.Add);
        _recount = new BillRecount(_findings.Add);
        _journal = new JournalVerifier(_findings.Add);
        _prices = new PriceVerifier(_findings.Add, MarketCalendar.Shanghai);
        _feed = new FeedVerifier(_findings.Add);
        _delivery = new DeliveryVerifier(_findings.Add);
        _statements = new StatementVerifier(_findings.Add);
    }

    public static async Task<int> Run(bool json, ILogs logs, StreamWriter text, CancellationToken cancellationToken)
    {
        var verification = new Verification();
        await verification.Read(logs, cancellationToken);
        if (json)
        {
            await text.FlushAsync(cancellationToken);
            verification.WriteJson(text.BaseStream);
            await text.WriteLineAsync();
        }
        else
        {
            verification.WriteTable(text);
            await verification._findings.Write(text);
        }

        return verification._findings.Count == 0 ? LedgerCommand.Well : LedgerCommand.Wrong;
    }

    private static Dictionary<string, decimal> TotalsOf(IEnumerable<RecountedBill> bills) =>
        bills.GroupBy(bill => bill.Total.Currency).ToDictionary(group => group.Key, group => group.Sum(bill => bill.Total.Amount));

    private async Task Read(ILogs logs, CancellationToken cancellationToken)
    {
        await Guarded("store", () => logs.CheckStore(_findings.Add, cancellationToken));
        // Before the ledger: a closed bill says up to which row of a day it was made.
        await All("statement", logs.ReadJournal(cancellationToken), _statements.Add);
        await All("ledger", logs.ReadLedger(string.Empty, cancellationToken), AddRow);
        _ledger.Complete();
        _recount.Complete();
        _statements.Complete();
        await All("journal", logs.ReadJournal(cancellationToken), AddFact);
        _prices.Complete();
        await All("feed", logs.ReadFeed(cancellationToken), _feed.Add);
        await Guarded("delivery", () => ReadDelivery(logs, cancellationToken));
    }

    private async Task ReadDelivery(ILogs logs, CancellationToken cancellationToken)
    {
        DeliveryRow? last = null;
        await foreach (var row in logs.ReadDelivery(cancellationToken))
        {
            if (last is not null && last.Installation != row.Installation)
            {
                await CheckEnd(logs, last, cancellationToken);
            }

            _delivery.Add(row);
            last = row;
        }

        if (last is not null)
        {
            await CheckEnd(logs, last, cancellationToken);
        }
    }

    private async Task CheckEnd(ILogs logs, DeliveryRow last, CancellationToken cancellationToken)
    {
        var end = await logs.ReadDeliveryEnd(last.Installation, cancellationToken);
        if (end is { } later && later.No > last.No)
        {
            // The product may be running: rows added since the scan come after them; otherwise rows were cut off.
            await foreach (var row in logs.ReadDelivery(last.Installation, last.No, cancellationToken).TakeWhile(row => row.No <= later.No))
            {
                _delivery.Add(row);
            }
        }

        _delivery.CheckEnd(end?.No ?? 0, end?.Hash ?? DeliveryRow.NoHash);
    }

    private void AddRow(UsageRow row)
    {
        if (_ledger.Add(row) is { } rated)
        {
            _recount.Add(rated);
            _prices.Add(rated);
            _statements.Add(rated);
        }
    }

    private void AddFact(JournalFact fact)
    {
        _journal.Add(fact);
        _prices.Add(fact);
    }

    private Task All<T>(string log, IAsyncEnumerable<T> rows, Action<T> add) => Guarded(log, async () =>
        {
            await foreach (var row in rows)
            {
                add(row);
            }
        });

    private async Task Guarded(string log, Func<Task> read)
    {
        try
        {
            await read();
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentException or InvalidCastException)
        {
            _findings.Add(new Finding(log, "-", null, 0, "row-unreadable", $"the log cannot be read on from here: {e.Message}"));
        }
    }

    private void WriteTable(TextWriter text)
    {
        var (ledger, bills) = (_ledger.Counts, _recount.Bills);
        var totals = TotalsOf(bills).Select(total => new Money(total.Value, total.Key).ToString());
        var table = new Table().AddColumn("log").AddColumn("seen").Border(TableBorder.Rounded);
        table.AddRow(
            "ledger",
            Say($"{ledger.Installations} installations, {ledger.Days} days, {ledger.Rows} rows ({ledger.Late} late), {ledger.Calls} calls")
        );
        table.AddRow("bills", Say($"{bills.Count} bills, total {string.Join(", ", totals.DefaultIfEmpty(Money.Cny(0).ToString()))}"));
        table.AddRow("statements", Say($"{_statements.Count} closed bills"));
        table.AddRow(
            "journal",
            Say($"{_journal.Counts.Entities} entities, {_journal.Counts.Facts} facts ({_journal.Counts.WithOrigin} with address or role)")
        );
        table.AddRow("feed", Say($"{_feed.Counts.Sellers} sellers, {_feed.Counts.Events} events"));
        table.AddRow(
            "delivery",
            Say($"{_delivery.Counts.Installations} installations, {_delivery.Counts.Rows} rows, {_delivery.Counts.Entries} entries")
        );
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 120;
        console.Write(table);
        text.WriteLine(_findings.Count == 0 ? "All chains verify and every bill recomputes." : Say($"{_findings.Count} findings:"));
    }

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void WriteJson(Stream stream)
    {
        using var writer = new Utf8JsonWriter(stream);
        writer.WriteStartObject();
        writer.WriteBoolean("ok", _findings.Count == 0);
        WriteCounts(writer);
        WriteBills(writer, _recount.Bills);
        writer.WriteNumber("finding_count", _findings.Count);
        writer.WriteStartArray("findings");
        foreach (var finding in _findings.First)
        {
            WriteFinding(writer, finding);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private void WriteCounts(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("ledger");
        writer.WriteNumber("installations", _ledger.Counts.Installations);
        writer.WriteNumber("days", _ledger.Counts.Days);
        writer.WriteNumber("rows", _ledger.Counts.Rows);
        writer.WriteNumber("late_rows", _ledger.Counts.Late);
        writer.WriteNumber("calls", _ledger.Counts.Calls);
        writer.WriteEndObject();
        writer.WriteNumber("statements", _statements.Count);
        writer.WriteStartObject("journal");
        writer.WriteNumber("entities", _journal.Counts.Entities);
        writer.WriteNumber("facts", _journal.Counts.Facts);
        writer.WriteNumber("facts_with_origin", _journal.Counts.WithOrigin);
        writer.WriteEndObject();
        writer.WriteStartObject("feed");
        writer.WriteNumber("sellers", _feed.Counts.Sellers);
        writer.WriteNumber("events", _feed.Counts.Events);
        writer.WriteEndObject();
        writer.WriteStartObject("delivery");
        writer.WriteNumber("installations", _delivery.Counts.Installations);
        writer.WriteNumber("rows", _delivery.Counts.Rows);
        writer.WriteNumber("entries", _delivery.Counts.Entries);
        writer.WriteEndObject();
    }

    private static void WriteBills(Utf8JsonWriter writer, IReadOnlyList<RecountedBill> bills)
    {
        writer.WriteStartObject("total");
        foreach (var (currency, amount) in TotalsOf(bills))
        {
            writer.WriteNumber(currency, amount);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("bills");
        foreach (var bill in bills)
        {
            writer.WriteStartObject();
            writer.WriteString("seller", bill.Seller.Value);
            writer.WriteString("month", bill.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture));
            writer.WriteNumber("calls", bill.Calls);
            writer.WriteNumber("total", bill.Total.Amount);
            writer.WriteString("currency", bill.Total.Currency);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFinding(Utf8JsonWriter writer, Finding finding)
    {
        writer.WriteStartObject();
        writer.WriteString("log", finding.Log);
        writer.WriteString("key", finding.Key);
        if (finding.Day is { } day)
        {
            writer.WriteString("day", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }

        writer.WriteNumber("seq", finding.Seq);
        writer.WriteString("code", finding.Code);
        writer.WriteString("detail", finding.Detail);
        writer.WriteEndObject();
    }
}

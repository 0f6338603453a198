using System.Globalization;
using System.Text;
using Marketplace.Billing;
using Marketplace.Billing.Accounts;
using Marketplace.Billing.Proofs;
using Marketplace.Billing.Statements;
using Marketplace.Domain.Tests.Billing;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Ledger.Tests;

/// <summary>A closed bill in a store: made again by <c>verify</c>, and every change to the cent is found.</summary>
public sealed class StatementCommandTests : IAsyncLifetime
{
    private static readonly DateTimeOffset ClosedAt = new(2026, 12, 2, 16, 0, 0, TimeSpan.Zero);

    private SmallStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await SmallStore.Open(Token);
        var rows = History.Of("seller-1/label-printer", [(2, 700, 0, true), (2, 506, 1, false), (0, 6, 1, false), (2, 9, 3, false)]).Rows;
        await _store.Write(rows);
        var (lines, days) = (new List<BillLine>(), new ProofDays());
        var verifier = new LedgerVerifier(static _ => { });
        var recount = new BillRecount(static _ => { }, day => lines.AddRange(day.Lines));
        foreach (var row in rows)
        {
            recount.Add(verifier.Add(row)!);
            days.Add(row);
        }

        recount.Complete();
        var bill = new Bill(SellerId.Parse("seller-1", null), new DateOnly(2026, 11, 1), lines) { Days = [.. days.All] };
        var statement = Statement.Of(bill, ClosedAt);
        var closed = new BillingEvent.MonthClosed(
            "2026-11",
            statement.Sha256,
            bill.Total.Amount,
            bill.Total.RoundedForStatement().Amount,
            "CNY"
        );
        await _store.Write([Fact("statement/seller-1/2026-11", statement)], Token);
        await _store.Write([Fact("billing/seller-1", closed)], Token);
        await _store.Stop();
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_closed_bill_is_made_again()
    {
        var (code, output) = await Verify();
        Assert.True(code == 0, output);
        Assert.Contains("1 closed bills", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "usage.db",
        "UPDATE usage SET opening = CAST(replace(CAST(opening AS TEXT), '0.020', '0.021') AS BLOB) WHERE seq = 1 AND day = 739948",
        "statement-differs"
    )]
    [InlineData("usage.db", "DELETE FROM usage WHERE seq = 2 AND day = 739949", "statement-differs")]
    [InlineData(
        "journal.db",
        "UPDATE journal SET payload = CAST(replace(CAST(payload AS TEXT), '\"calls\":', '\"cells\":') AS BLOB) WHERE type = 'bill-closed'",
        "statement-unreadable"
    )]
    [InlineData(
        "journal.db",
        "UPDATE journal SET payload = CAST(replace(CAST(payload AS TEXT), '4.12', '4.13') AS BLOB) WHERE type = 'bill-closed'",
        "statement-unreadable"
    )]
    [InlineData("journal.db", "DELETE FROM journal WHERE type = 'bill-closed'", "statement-missing")]
    [InlineData(
        "journal.db",
        "UPDATE journal SET payload = CAST(replace(CAST(payload AS TEXT), '256\":\"', '256\":\"0') AS BLOB) WHERE type = 'month-closed'",
        "statement-differs"
    )]
    public async Task A_changed_price_row_or_statement_is_found(string file, string sql, string finding)
    {
        _store.Tamper(file, sql);
        var (code, output) = await Verify();
        Assert.Equal(1, code);
        Assert.Contains(finding, output, StringComparison.Ordinal);
    }

    private static JournalFact Fact(string entity, IJournalEvent @event) =>
        JournalFact.Following(null, entity, OperationId.Parse("close"), ActorId.Parse("test"), ClosedAt, @event.Type, @event.Encode());

    private async Task<(int Code, string Output)> Verify()
    {
        await using var output = new MemoryStream();
        await using var errors = new StringWriter(CultureInfo.InvariantCulture);
        var code = await new LedgerCommand(StoreLogs.Open, output, errors).Run(["verify", "--data", _store.Folder], Token);
        return (code, Encoding.UTF8.GetString(output.ToArray()) + errors);
    }
}

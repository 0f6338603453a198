using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Domain.Tests.Billing;
using Marketplace.Journal;

namespace Marketplace.Ledger.Tests;

public sealed class LedgerCommandTests : IAsyncLifetime
{
    private static readonly History Busy = History.Of(
        "seller-1/label-printer",
        [(2, 900, 0, false), (2, 200, 1, true), (0, 2, 0, false), (1, 1, 2, false), (2, 5, 3, true)]
    );

    private static readonly History Other = History.Of("seller-10/erp", [(2, 1_500, 0, false)]);
    private SmallStore _store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _store = await SmallStore.Open(Token);
        await _store.Write(Busy.Rows.Concat(Other.Rows));
        var enabled = JournalFact.Following(
            null,
            "installation/seller-1/label-printer",
            OperationId.Parse("op-1"),
            ActorId.Parse("u-1"),
            DateTimeOffset.UnixEpoch,
            "enabled",
            "{}"u8.ToArray()
        );
        await _store.Write([enabled], Token);
        await _store.Write(
            [
                JournalFact.Following(
                    enabled,
                    enabled.Entity,
                    OperationId.Parse("op-2"),
                    ActorId.Parse("u-1"),
                    DateTimeOffset.UnixEpoch,
                    "paused",
                    "{}"u8.ToArray(),
                    "203.0.113.7",
                    ActorRole.Of("seller-user:owner")
                ),
            ],
            Token
        );
        await _store.Write([SmallStore.Event("seller-1", 1), SmallStore.Event("seller-1", 2)], Token);
        await _store.Write(SmallStore.Deliveries("seller-1/label-printer", 3).Concat(SmallStore.Deliveries("seller-10/erp", 2)), Token);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_store_that_is_well_verifies_with_its_counts()
    {
        await _store.Stop();

        var (code, output, errors) = await Run("verify", "--data", _store.Folder, "--json");

        Assert.Equal((0, ""), (code, errors));
        var json = JsonDocument.Parse(output).RootElement;
        Assert.True(json.GetProperty("ok").GetBoolean());
        Assert.Equal(2, json.GetProperty("ledger").GetProperty("installations").GetInt32());
        Assert.Equal(6, json.GetProperty("ledger").GetProperty("rows").GetInt32());
        Assert.Equal(Busy.Late, json.GetProperty("ledger").GetProperty("late_rows").GetInt64());
        Assert.Equal(1_108 + 1_500, json.GetProperty("ledger").GetProperty("calls").GetInt32());
        Assert.Equal(
            (1, 2),
            (json.GetProperty("journal").GetProperty("entities").GetInt32(), json.GetProperty("journal").GetProperty("facts").GetInt32())
        );
        Assert.Equal(1, json.GetProperty("journal").GetProperty("facts_with_origin").GetInt32());
        Assert.Equal(2, json.GetProperty("feed").GetProperty("events").GetInt32());
        Assert.Equal("""{"installations":2,"rows":5,"entries":5}""", json.GetProperty("delivery").GetRawText());
        Assert.Equal(2.020m + 10m, json.GetProperty("total").GetProperty("CNY").GetDecimal());
    }

    [Fact]
    public async Task The_table_for_people_names_the_same_counts()
    {
        await _store.Stop();

        var (code, output, _) = await Run("verify", "--data", _store.Folder);

        Assert.Equal(0, code);
        Assert.Contains("2 installations, 3 days, 6 rows (1 late), 2608 calls", output, StringComparison.Ordinal);
        Assert.Contains("1 entities, 2 facts (1 with address or role)", output, StringComparison.Ordinal);
        Assert.Contains("2 installations, 5 rows, 5 entries", output, StringComparison.Ordinal);
        Assert.Contains("total 12.020 CNY", output, StringComparison.Ordinal);
        Assert.Contains("All chains verify and every bill recomputes.", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "usage.db",
        "UPDATE usage SET cumulative = cumulative + 1 WHERE installation LIKE 'seller-10/%'",
        "ledger seller-10/erp 2026-11-29 #1: chain-broken"
    )]
    [InlineData(
        "usage.db",
        "DELETE FROM usage WHERE installation = 'seller-1/label-printer' AND day = 739948 AND seq = 1",
        "seller-1/label-printer 2026-11-29 #2: seq-gap"
    )]
    [InlineData("usage.db", "UPDATE usage SET installation = 'no id' WHERE installation LIKE 'seller-10/%'", "ledger -: row-unreadable")]
    [InlineData(
        "journal.db",
        "UPDATE journal SET actor = 'somebody' WHERE version = 1",
        "journal installation/seller-1/label-printer #1: chain-broken"
    )]
    [InlineData(
        "journal.db",
        "UPDATE journal SET role = 'operator' WHERE version = 2",
        "journal installation/seller-1/label-printer #2: chain-broken"
    )]
    [InlineData(
        "journal.db",
        "UPDATE journal SET address = NULL WHERE version = 2",
        "journal installation/seller-1/label-printer #2: chain-broken"
    )]
    [InlineData("feed.db", "DELETE FROM feed WHERE seq = 1", "feed seller-1 #2: seq-gap")]
    [InlineData(
        "sync.db",
        "UPDATE delivery_log SET body = replace(body, '200', '503') WHERE installation = 'seller-10/erp' AND no = 1",
        "delivery seller-10/erp #1: chain-broken"
    )]
    [InlineData(
        "sync.db",
        "DELETE FROM delivery_log WHERE installation = 'seller-1/label-printer' AND no = 2",
        "delivery seller-1/label-printer #3: no-gap"
    )]
    [InlineData(
        "sync.db",
        "UPDATE delivery_log SET installation = 'seller-10/erp', no = 3 WHERE installation = 'seller-1/label-printer' AND no = 3",
        "delivery seller-10/erp #3: chain-broken"
    )]
    [InlineData(
        "sync.db",
        "UPDATE delivery_log SET last_seq = 9 WHERE installation = 'seller-10/erp' AND no = 2",
        "delivery seller-10/erp #2: chain-broken"
    )]
    [InlineData(
        "sync.db",
        "DELETE FROM delivery_log WHERE installation = 'seller-10/erp' AND no = 2",
        "delivery seller-10/erp #1: end-differs"
    )]
    public async Task A_store_that_was_tampered_with_is_found_out(string file, string sql, string finding)
    {
        await _store.Stop();
        _store.Tamper(file, sql);

        var (code, output, _) = await Run("verify", "--data", _store.Folder);
        var (jsonCode, json, _) = await Run("verify", "--json", "--data", _store.Folder);

        Assert.Equal((1, 1), (code, jsonCode));
        Assert.Contains(finding, output, StringComparison.Ordinal);
        Assert.False(JsonDocument.Parse(json).RootElement.GetProperty("ok").GetBoolean());
    }

    [Fact]
    public async Task A_store_in_use_is_refused_and_left_alone()
    {
        var (code, output, errors) = await Run("verify", "--data", _store.Folder);

        Assert.Equal((2, ""), (code, output));
        Assert.Contains("in use", errors, StringComparison.Ordinal);
        await _store.Write(
            [
                JournalFact.Following(
                    null,
                    "seller/seller-1",
                    OperationId.Parse("op-9"),
                    ActorId.Parse("u-1"),
                    DateTimeOffset.UnixEpoch,
                    "noted",
                    "{}"u8.ToArray()
                ),
            ],
            Token
        );
    }

    [Theory]
    [InlineData("verify", "--data", "no/such/folder")]
    [InlineData("verify")]
    [InlineData("verify", "--data")]
    [InlineData("verify", "--data", "a", "--postgres", "b")]
    [InlineData("verify", "--postgres", "Nonsense=1")]
    [InlineData("verify", "--data", "a", "--csv")]
    [InlineData("export", "everything", "--data", "a")]
    [InlineData("bill", "--data", "a", "--seller", "s")]
    [InlineData("bill", "--data", "a", "--seller", "s", "--month", "2026-13")]
    [InlineData("bill", "--data", "a", "--seller", "/", "--month", "2026-12")]
    [InlineData("mend")]
    [InlineData()]
    public async Task What_cannot_be_done_ends_with_2_and_says_why(params string[] args)
    {
        var (code, output, errors) = await Run(args);

        Assert.Equal((2, ""), (code, output));
        Assert.NotEmpty(errors);
    }

    [Fact]
    public async Task Each_log_is_exported_whole_as_lines()
    {
        await _store.Stop();

        var ledger = (await Run("export", "ledger", "--data", _store.Folder)).Output;
        var path = Path.Combine(_store.Folder, "feed.ndjson");
        var feed = await Run("export", "feed", "--data", _store.Folder, "--out", path);
        var journal = (await Run("export", "journal", "--data", _store.Folder)).Output;
        var delivery = (await Run("export", "delivery", "--data", _store.Folder)).Output;

        Assert.Equal(Busy.Rows.Concat(Other.Rows).Select(row => Convert.ToHexStringLower(row.Hash.Span)), Members(ledger, "hash"));
        Assert.Equal(2_608, ledger.Split("\"call\":").Length - 1);
        Assert.Equal((0, ""), (feed.Code, feed.Output));
        Assert.Equal(["seller-1-1", "seller-1-2"], Members(await File.ReadAllTextAsync(path, Token), "id"));
        Assert.Equal(["enabled", "paused"], Members(journal, "type"));
        Assert.Equal(
            Enumerable.Repeat("seller-1/label-printer", 3).Concat(["seller-10/erp", "seller-10/erp"]),
            Members(delivery, "installation")
        );
        Assert.StartsWith(
            """{"installation":"seller-10/erp","no":1,"at":"1970-01-01T00:00:00.000Z","first_seq":1,"last_seq":1,"entries":[{"seq":1,"to":1,""",
            delivery.Split('\n')[3],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_bill_is_recomputed_from_the_calls_of_its_seller_alone()
    {
        await _store.Stop();

        var (code, csv, errors) = await Run("bill", "--data", _store.Folder, "--seller", "seller-1", "--month", "2026-11", "--csv");
        var table = (await Run("bill", "--data", _store.Folder, "--seller", "seller-1", "--month", "2026-11")).Output;
        var none = await Run("bill", "--data", _store.Folder, "--seller", "seller-2", "--month", "2026-11");

        Assert.Equal((0, ""), (code, errors));
        var lines = csv.TrimEnd('\n').Split('\n').Skip(1).Select(line => line.Split(',')).ToArray();
        Assert.All(lines, line => Assert.Equal("label-printer", line[0]));
        Assert.Equal(1_101, lines.Sum(line => int.Parse(line[4], CultureInfo.InvariantCulture)));
        Assert.Equal(2.020m, lines.Sum(line => decimal.Parse(line[6], CultureInfo.InvariantCulture)));
        Assert.Contains("seller-1 2026-11: 1101 calls, total 2.020 CNY, statement 2.02 CNY", table, StringComparison.Ordinal);
        Assert.Equal(0, none.Code);
        Assert.Contains("0 calls, total 0.000 CNY", none.Output, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Members(string ndjson, string name) =>
        ndjson.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement.GetProperty(name).GetString());

    private static async Task<(int Code, string Output, string Errors)> Run(params string[] args)
    {
        await using var output = new MemoryStream();
        await using var errors = new StringWriter(CultureInfo.InvariantCulture);
        var code = await new LedgerCommand(StoreLogs.Open, output, errors).Run(args, Token);
        return (code, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }
}

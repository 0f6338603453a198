using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using Marketplace.Billing;
using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Marketplace.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Xunit;

namespace Marketplace.Cluster.Tests.Journal;

public sealed class ExportGrainTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("export-tests-").FullName;
    private InProcessTestCluster _cluster = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IServiceProvider Services => _cluster.GetSiloServiceProvider();

    public async ValueTask InitializeAsync()
    {
        var settings = new StorageOptions { DataFolder = _folder };
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo(
            (_, silo) =>
            {
                silo.Services.AddMarketplaceStorage(settings);
                silo.Services.AddMarketplaceGrains();
                silo.AddMarketplaceGrainStorage(settings);
            }
        );
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_pages_of_the_ledger_put_together_are_the_lines_of_its_rows()
    {
        var rows = Rows(1_207);
        foreach (var row in rows)
        {
            var source = new OneRow(row);
            Assert.True(Services.GetRequiredService<IUsageLedger>().Signal(source));
            await source.Done.WaitAsync(TimeSpan.FromSeconds(30), Token);
        }

        var (bytes, pages) = await ReadAll(ExportLog.Ledger);

        var expected = new ArrayBufferWriter<byte>();
        var lines = new LedgerLines();
        foreach (var row in rows)
        {
            lines.Write(row, expected);
        }

        Assert.Equal(2, pages);
        Assert.Equal(Encoding.UTF8.GetString(expected.WrittenSpan), Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public async Task The_pages_of_feed_journal_and_delivery_log_put_together_are_their_lines()
    {
        var facts = new List<JournalFact>();
        for (var i = 0; i < 1_000; i++)
        {
            facts.Add(
                JournalFact.Following(
                    facts.LastOrDefault(),
                    "seller/s-1",
                    OperationId.Parse($"op-{i}"),
                    ActorId.Parse("u-1"),
                    DateTimeOffset.UnixEpoch,
                    "noted",
                    "{}"u8.ToArray()
                )
            );
        }

        FeedEvent[] events =
        [
            .. Enumerable
                .Range(1, 1_001)
                .Select(seq => new FeedEvent(
                    SellerId.Parse("s-1", null),
                    seq,
                    "urn:erp",
                    $"e-{seq}",
                    EventTypes.OrderPaid,
                    "o-1",
                    DateTimeOffset.UnixEpoch,
                    DateTimeOffset.UnixEpoch,
                    "{}"u8.ToArray(),
                    new byte[] { 1 }
                )),
        ];
        foreach (var chunk in facts.Chunk(200))
        {
            Assert.True(await Services.GetRequiredService<IJournal>().Append(chunk, Token));
        }

        foreach (var chunk in events.Chunk(200))
        {
            Assert.Equal(FeedAppendResult.Appended, (await Services.GetRequiredService<IFeed>().Append(chunk, Token)).Result);
        }

        var rows = new List<DeliveryRow>();
        for (var i = 1; i <= 1_002; i++)
        {
            var entry = new DeliveryEntry(i, i, DeliveryOutcome.Acknowledged, DeliveryChannel.Push, DateTimeOffset.UnixEpoch)
            {
                Attempt = 1,
            };
            rows.Add(
                DeliveryRow.Following(
                    InstallationId.Parse("s-1/p", null),
                    i - 1,
                    rows.LastOrDefault()?.Hash ?? DeliveryRow.NoHash,
                    DateTimeOffset.UnixEpoch,
                    [entry]
                )
            );
        }

        var deliveries = Services.GetRequiredService<IDeliveryLog>();
        Assert.All(await Task.WhenAll(rows.Select(row => deliveries.Append(new DeliveryCommit(row, null, default), Token))), Assert.True);

        var expectedRows = new ArrayBufferWriter<byte>();
        rows.ForEach(row => LogLines.Write(row, expectedRows));
        Assert.Equal(expectedRows.WrittenSpan.ToArray(), (await ReadAll(ExportLog.Delivery)).Bytes);
        var expectedFacts = new ArrayBufferWriter<byte>();
        facts.ForEach(fact => LogLines.Write(fact, expectedFacts));
        var expectedEvents = new ArrayBufferWriter<byte>();
        Array.ForEach(events, item => LogLines.Write(item, expectedEvents));
        Assert.Equal(expectedFacts.WrittenSpan.ToArray(), (await ReadAll(ExportLog.Journal)).Bytes);
        Assert.Equal(expectedEvents.WrittenSpan.ToArray(), (await ReadAll(ExportLog.Feed)).Bytes);
    }

    [Fact]
    public async Task Empty_logs_are_exported_as_nothing_and_a_foreign_position_is_refused()
    {
        var grain = _cluster.Client.GetGrain<IExportGrain>(IExportGrain.GrainKey);

        var page = await grain.ReadPage(ExportLog.Ledger, string.Empty, Token);

        Assert.Equal((0, null), (page.Lines.Length, page.Next));
        await Assert.ThrowsAsync<FormatException>(() => grain.ReadPage(ExportLog.Ledger, "s-1~5", Token));
    }

    private static List<UsageRow> Rows(int count)
    {
        var installation = InstallationId.Parse("s-1/label-printer", null);
        var rows = new List<UsageRow>();
        for (var seq = 1; seq <= count; seq++)
        {
            var opening = seq == 1 ? new DayOpening(UsageRow.Genesis, PriceBook.Standard).Encode() : default;
            ImmutableArray<Tally> tallies =
                seq <= 1_000
                    ? [new Tally(OperationName.Parse("orders.get"), 0, seq)]
                    :
                    [
                        new Tally(OperationName.Parse("orders.get"), 0, 1_000),
                        new Tally(OperationName.Parse("orders.get"), 1, seq - 1_000),
                    ];
            var body = new UsageBody(
                tallies,
                [new UsageEntry((UInt128)seq, OperationName.Parse("orders.get"), DateTimeOffset.UnixEpoch, 200, null)]
            );
            var row = new UsageRow(installation, new DateOnly(2026, 11, 23), seq, 1, seq, false, body.Encode(), opening, default);
            rows.Add(row.ChainedTo(rows.Count == 0 ? UsageRow.Genesis : rows[^1].Hash));
        }

        return rows;
    }

    private async Task<(byte[] Bytes, int Pages)> ReadAll(ExportLog log)
    {
        var grain = _cluster.Client.GetGrain<IExportGrain>(IExportGrain.GrainKey);
        var all = new MemoryStream();
        var pages = 0;
        for (string? after = string.Empty; after is not null; pages++)
        {
            var page = await grain.ReadPage(log, after, Token);
            all.Write(page.Lines.Span);
            after = page.Next;
        }

        return (all.ToArray(), pages);
    }

    private sealed class OneRow(UsageRow row) : IUsageSource
    {
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private UsageRow? _row = row;

        public Task Done => _done.Task;

        public UsageRow? CutRow() => Interlocked.Exchange(ref _row, null);

        public void Committed(UsageRow row) => _done.TrySetResult();

        public void Fenced(UsageRow row) => _done.TrySetException(new InvalidOperationException("The row's key is taken."));

        public void Failed(UsageRow row, Exception cause) => _done.TrySetException(cause);
    }
}

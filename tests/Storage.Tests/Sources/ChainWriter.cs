using Marketplace.Billing;
using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Storage.Tests.Stores;
using Xunit;

namespace Marketplace.Storage.Tests.Sources;

/// <summary>
/// Appends to one entity, to one installation's ledger and to its delivery log as their grains do: reads the last ones, appends the next,
/// and after every failure reads anew. Remembers what was acknowledged.
/// </summary>
internal sealed class ChainWriter(TestStore store, string entity, string installation)
{
    private const int FactsPerCommand = 3;

    private readonly InstallationId _installation = InstallationId.Parse(installation, null);
    private long _version;
    private int _seq;
    private long _no;

    /// <summary>Appends and rows that were confirmed.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Says what was confirmed, for a parent that outlives this process.</summary>
    public Action<string> Report { get; init; } = _ => { };

    public async Task Run(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await AppendUntilFailure(stop);
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(20, CancellationToken.None);
            }
        }
    }

    /// <summary>Everything acknowledged is there, in whole commands, and the chains are intact.</summary>
    public Task Verify(TestStore reopened, CancellationToken token) => Verify(reopened, entity, installation, (_version, _seq, _no), token);

    public static async Task Verify(
        TestStore store,
        string entity,
        string installation,
        (long Version, int Seq, long No) acknowledged,
        CancellationToken token
    )
    {
        var (version, seq, no) = acknowledged;
        var facts = await store.Journal.Read(entity, 0, token).ToListAsync(token);
        Assert.True(facts.Count >= version, $"{entity}: {version} facts were acknowledged, {facts.Count} are there");
        Assert.True(Facts.AreChained(facts));
        Assert.All(facts.GroupBy(fact => fact.OperationId), command => Assert.Equal(FactsPerCommand, command.Count()));

        var rows = await store
            .Ledger.ReadDay(InstallationId.Parse(installation, null), UsageSource.Day, keyedOnly: false, token)
            .ToListAsync(token);
        Assert.True(rows.Count >= seq, $"{installation}: {seq} rows were acknowledged, {rows.Count} are there");
        Assert.All(rows.Index(), row => Assert.True(row.Item.Follows(row.Index == 0 ? UsageRow.Genesis : rows[row.Index - 1].Hash)));
        await VerifyDeliveries(store, InstallationId.Parse(installation, null), no, token);
    }

    // A row without its state, or a state without its row, would show here.
    private static async Task VerifyDeliveries(TestStore store, InstallationId installation, long no, CancellationToken token)
    {
        var rows = await store.Delivery.Read(installation, 0, token).ToListAsync(token);
        Assert.True(rows.Count >= no, $"{installation}: {no} delivery rows were acknowledged, {rows.Count} are there");
        Assert.True(SampleDeliveries.AreChained(rows));
        var state = await store.Delivery.ReadState(installation, token);
        Assert.Equal(rows.Count, state?.No ?? 0);
        Assert.Equal(rows.Count == 0 ? [] : SampleDeliveries.StateOf(rows[^1]), state?.State.ToArray() ?? []);
    }

    private async Task AppendUntilFailure(CancellationToken stop)
    {
        var fact = await store.Journal.Read(entity, 0, CancellationToken.None).LastOrDefaultAsync(CancellationToken.None);
        var row = (
            await store.Ledger.ReadDayHeads(_installation, UsageSource.Day, UsageSource.Day, CancellationToken.None)
        ).SingleOrDefault();
        var delivered = (await store.Delivery.ReadNewest(_installation, long.MaxValue, 1, CancellationToken.None)).SingleOrDefault();
        while (!stop.IsCancellationRequested)
        {
            fact = await AppendCommand(fact);
            row = await AppendRow(row);
            delivered = await AppendDelivery(delivered);
        }
    }

    private async Task<JournalFact> AppendCommand(JournalFact? last)
    {
        var facts = Facts.Command(last, entity, Guid.NewGuid().ToString("N"), FactsPerCommand);
        if (!await store.Journal.Append(facts, CancellationToken.None))
        {
            // The append before, which was reported as failed, was written after all and became visible after the last read.
            throw new StoreUnavailableException("fenced");
        }

        _version = facts[^1].Version;
        Acknowledged++;
        Report(FormattableString.Invariant($"fact {entity} {_version}"));
        return facts[^1];
    }

    private async Task<UsageRow> AppendRow(UsageRow? last)
    {
        var row = UsageSource.Row(installation, (last?.Seq ?? 0) + 1, previous: last);
        var source = new UsageSource(row);
        if (!store.Ledger.Signal(source) || await source.Answer(row.Seq) != "committed")
        {
            throw new StoreUnavailableException("not committed");
        }

        _seq = row.Seq;
        Acknowledged++;
        Report(FormattableString.Invariant($"row {installation} {_seq}"));
        return row;
    }

    private async Task<DeliveryRow> AppendDelivery(DeliveryRow? last)
    {
        var row = SampleDeliveries.Row(installation, last, (last?.No ?? 0) + 1, reason: Guid.NewGuid().ToString("N"));
        if (!await store.Delivery.Append(SampleDeliveries.Commit(row), CancellationToken.None))
        {
            throw new StoreUnavailableException("fenced");
        }

        _no = row.No;
        Acknowledged++;
        Report(FormattableString.Invariant($"delivery {installation} {_no}"));
        return row;
    }
}

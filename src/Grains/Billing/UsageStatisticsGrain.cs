using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Quotas;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Billing;

/// <summary>The stored snapshot of an installation's usage: a position in the ledger and the counts up to it.</summary>
[GenerateSerializer, Alias("mp.usage-statistics-state")]
public sealed class UsageStatisticsState
{
    [Id(0)]
    public UsageSnapshot Snapshot { get; set; } = UsageSnapshot.None;
}

[GrainType("usage-statistics")]
internal sealed class UsageStatisticsGrain(
    [PersistentState("usage-statistics")] IPersistentState<UsageStatisticsState> state,
    IUsageLedger ledger,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IUsageStatisticsGrain
{
    // Rereading fewer rows than this is cheaper than saving the snapshot.
    private const long RowsWorthSaving = 200;

    private InstallationId _id;
    private long _unsaved;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString());
        return Task.CompletedTask;
    }

    public async Task<UsageStatistics> Read(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var today = calendar.DayOf(now);
        var (snapshot, rows) = await UsageSnapshotReader.CatchUp(ledger, _id, state.State.Snapshot, today, now, cancellationToken);
        state.State.Snapshot = snapshot;
        _unsaved += rows;
        if (_unsaved >= RowsWorthSaving)
        {
            await Save();
        }

        return snapshot.ToStatistics(_id, today, now);
    }

    public async Task<ImmutableArray<UsageDay>> ReadDays(DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        var heads = await ledger.ReadDayHeads(_id, from, to, cancellationToken);
        var openings = await ledger.ReadDayOpenings(_id, from, to, cancellationToken);
        // A day opened between the two reads belongs to the next answer.
        return
        [
            .. heads
                .Join(openings, static last => last.Day, static first => first.Day, static (last, first) => MeteredDay.From(first, last))
                .Select(UsageDay.Of),
        ];
    }

    private async Task Save()
    {
        try
        {
            await state.WriteStateAsync();
            _unsaved = 0;
        }
        catch (Exception)
        {
            // The statistics are right without being stored, but the version held in memory must match the store's: reload it.
            DeactivateOnIdle();
        }
    }
}

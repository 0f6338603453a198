using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Marketplace.Billing;
using Marketplace.Events;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Diagnostics;

/// <summary>Makes the product's stores fail on demand: the ledger for all, journal and feed for single sellers.</summary>
public sealed class StoreFaults
{
    private readonly ConcurrentDictionary<string, bool> _journal = new();
    private readonly ConcurrentDictionary<string, bool> _feed = new();
    private readonly ConcurrentDictionary<string, bool> _bugs = new();

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _hanging = new();

    public bool LedgerIsDown { get; set; }

    public void BreakJournal(string seller) => _journal[seller] = true;

    public void BreakFeed(string seller) => _feed[seller] = true;

    /// <summary>The feed's code itself fails, as by a bug.</summary>
    public void Bug(string seller) => _bugs[seller] = true;

    /// <summary>Reading the seller's feed does not end until it is repaired.</summary>
    public void HangFeed(string seller) => _hanging[seller] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Repair()
    {
        foreach (var (_, hanging) in _hanging)
        {
            hanging.TrySetResult();
        }

        _hanging.Clear();
        LedgerIsDown = false;
        _journal.Clear();
        _feed.Clear();
        _bugs.Clear();
    }

    internal void Install(IServiceCollection services)
    {
        Decorate<IFeed>(services, inner => new Feed(inner, this));
        Decorate<IJournal>(services, inner => new Journal(inner, this));
        Decorate<IUsageLedger>(services, inner => new Ledger(inner, this));
    }

    private static void Decorate<T>(IServiceCollection services, Func<T, T> wrap)
        where T : class
    {
        var inner = services.Last(service => service.ServiceType == typeof(T));
        services.AddSingleton(provider => wrap((T)inner.ImplementationFactory!(provider)));
    }

    private static StoreUnavailableException Down() => new("The test took the store away.");

    private void CheckFeed(SellerId seller)
    {
        if (_feed.ContainsKey(seller.Value))
        {
            throw Down();
        }

        if (_bugs.ContainsKey(seller.Value))
        {
            throw new InvalidOperationException("The test made a bug.");
        }
    }

    private void CheckJournal(string entity)
    {
        if (entity.Split('/') is [_, var seller, ..] && _journal.ContainsKey(seller))
        {
            throw Down();
        }
    }

    private sealed class Feed(IFeed inner, StoreFaults faults) : IFeed
    {
        public Task<FeedAppend> Append(IReadOnlyList<FeedEvent> events, CancellationToken cancellationToken)
        {
            faults.CheckFeed(events[0].Seller);
            return inner.Append(events, cancellationToken);
        }

        public async IAsyncEnumerable<FeedEvent> Read(
            SellerId seller,
            long afterSeq,
            [EnumeratorCancellation] CancellationToken cancellationToken
        )
        {
            faults.CheckFeed(seller);
            if (faults._hanging.TryGetValue(seller.Value, out var hanging))
            {
                await hanging.Task.WaitAsync(cancellationToken);
            }

            await foreach (var @event in inner.Read(seller, afterSeq, cancellationToken))
            {
                yield return @event;
            }
        }

        public Task<IReadOnlyList<FeedEvent>> ReadPage(SellerId seller, long afterSeq, int limit, CancellationToken cancellationToken)
        {
            faults.CheckFeed(seller);
            return inner.ReadPage(seller, afterSeq, limit, cancellationToken);
        }

        public IAsyncEnumerable<FeedEvent> ReadAll(string afterSeller, long afterSeq, CancellationToken cancellationToken) =>
            inner.ReadAll(afterSeller, afterSeq, cancellationToken);
    }

    private sealed class Journal(IJournal inner, StoreFaults faults) : IJournal
    {
        public Task<bool> Append(IReadOnlyList<JournalFact> facts, CancellationToken cancellationToken)
        {
            faults.CheckJournal(facts[0].Entity);
            return inner.Append(facts, cancellationToken);
        }

        public IAsyncEnumerable<JournalFact> Read(string entity, long afterVersion, CancellationToken cancellationToken)
        {
            faults.CheckJournal(entity);
            return inner.Read(entity, afterVersion, cancellationToken);
        }

        public Task<bool> HasOperation(string entity, OperationId operationId, CancellationToken cancellationToken)
        {
            faults.CheckJournal(entity);
            return inner.HasOperation(entity, operationId, cancellationToken);
        }

        public IAsyncEnumerable<JournalFact> ReadAll(string afterEntity, long afterVersion, CancellationToken cancellationToken) =>
            inner.ReadAll(afterEntity, afterVersion, cancellationToken);
    }

    private sealed class Ledger(IUsageLedger inner, StoreFaults faults) : IUsageLedger
    {
        public bool IsAccepting => !faults.LedgerIsDown && inner.IsAccepting;

        public bool Signal(IUsageSource source) => inner.Signal(source);

        public Task<IReadOnlyList<UsageRow>> ReadDayHeads(
            InstallationId installation,
            DateOnly from,
            DateOnly to,
            CancellationToken cancellationToken
        ) => inner.ReadDayHeads(installation, from, to, cancellationToken);

        public Task<IReadOnlyList<UsageRow>> ReadDayOpenings(
            InstallationId installation,
            DateOnly from,
            DateOnly to,
            CancellationToken cancellationToken
        ) => inner.ReadDayOpenings(installation, from, to, cancellationToken);

        public Task<UsageRow?> ReadLastBefore(InstallationId installation, DateOnly day, CancellationToken cancellationToken) =>
            inner.ReadLastBefore(installation, day, cancellationToken);

        public IAsyncEnumerable<UsageRow> ReadDay(
            InstallationId installation,
            DateOnly day,
            bool keyedOnly,
            CancellationToken cancellationToken
        ) => inner.ReadDay(installation, day, keyedOnly, cancellationToken);

        public IAsyncEnumerable<UsageRow> ReadDayAfter(
            InstallationId installation,
            DateOnly day,
            int afterSeq,
            CancellationToken cancellationToken
        ) => inner.ReadDayAfter(installation, day, afterSeq, cancellationToken);

        public Task<UsageRow?> ReadRow(InstallationId installation, DateOnly day, int seq, CancellationToken cancellationToken) =>
            inner.ReadRow(installation, day, seq, cancellationToken);

        public IAsyncEnumerable<UsageRow> ReadAll(
            string afterInstallation,
            DateOnly afterDay,
            int afterSeq,
            CancellationToken cancellationToken
        ) => inner.ReadAll(afterInstallation, afterDay, afterSeq, cancellationToken);
    }
}

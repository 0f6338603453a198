using Marketplace.Billing;
using Marketplace.Events.Lifecycle;
using Marketplace.Grains.Installations;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Risk;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Risk;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;

namespace Marketplace.Grains.Quotas;

/// <summary>
/// Owns the counter of one installation: loads it from the ledger, publishes it in the silo's table, and closes it when it must end.
/// Reentrant, because Settle waits for a commit shared with other calls; the counter's lock, not the turn, makes decisions atomic.
/// </summary>
[GrainType("quota"), Reentrant]
internal sealed class QuotaGrain(
    IUsageLedger ledger,
    CallCounters counters,
    EntitlementReader entitlements,
    RiskService risk,
    QuotaEventPublisher events,
    MarketCalendar calendar,
    IOptions<QuotaOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IQuotaGrain
{
    private static readonly TimeSpan ClosingPatience = TimeSpan.FromSeconds(10);

    private InstallationId _id;
    private CallCounter? _counter;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString());
        if (!ledger.IsAccepting)
        {
            throw new StoreUnavailableException("The usage ledger is unavailable; the counter cannot be loaded.");
        }

        var entitlement = await entitlements.Read(_id, cancellationToken);
        if (entitlement is not null)
        {
            await Open(entitlement, cancellationToken);
        }
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_counter is not null)
        {
            // Keep it published while closing, so that calls with a permit find the counter that issued it.
            await _counter.Close(ClosingPatience);
            counters.Withdraw(_counter);
        }
    }

    public async ValueTask<Reservation> Reserve(CallIntent intent, CancellationToken cancellationToken)
    {
        if (_counter is not { } counter)
        {
            return new Reservation.Refused(InstallationRefusals.NotFound(), null);
        }

        return (intent.Touches is null ? counter.Reserve(intent) : await risk.Reserve(counter, intent, cancellationToken))
            ?? throw Ending();
    }

    public ValueTask<Settlement> Settle(CallReport report, CancellationToken cancellationToken) =>
        _counter is null ? throw Ending() : _counter.Settle(report);

    public ValueTask Release(CallFailure failure)
    {
        _counter?.Release(failure);
        return ValueTask.CompletedTask;
    }

    public async ValueTask<FirstAnswer> ReadAnswer(Reservation.Repeated repeated, CancellationToken cancellationToken)
    {
        var row = await ledger.ReadRow(_id, repeated.Day, repeated.Seq, cancellationToken)
            ?? throw new InvalidOperationException($"{_id} {repeated.Day:O}: the ledger has no row {repeated.Seq}.");
        var opening = await ledger.ReadRow(_id, repeated.Day, 1, cancellationToken)
            ?? throw new InvalidOperationException($"{_id} {repeated.Day:O}: the ledger has no first row.");
        var prices = DayOpening.Decode(opening.Opening).Prices;
        var entry = UsageBody.Decode(row.Body, row.Count).Entries[(int)(repeated.Number - row.First)];
        var call = new SettledCall(repeated.Day, repeated.Number, prices.PriceOf(repeated.Number), prices.Rate(0, repeated.Number));
        return new FirstAnswer(entry, call, row.Hash, _counter?.View() ?? throw Ending());
    }

    public ValueTask<Outcome<QuotaView>> GetCounters(TokenStamp token, CancellationToken cancellationToken) =>
        _counter is null ? new(InstallationRefusals.NotFound()) : new(_counter.GetCounters(token) ?? throw Ending());

    public ValueTask<QuotaView?> Show(TokenStamp token, CancellationToken cancellationToken) =>
        _counter is not { } counter ? new((QuotaView?)null)
        : counter.TryShow(token, out var view) ? new(view)
        : throw Ending();

    public async ValueTask Entitle(Entitlement entitlement)
    {
        if (_counter is null)
        {
            await Open(entitlement, CancellationToken.None);
        }
        else
        {
            _counter.Entitle(entitlement);
        }
    }

    public ValueTask Watch(RiskStatus status)
    {
        _counter?.Watch(status, begin: false);
        return ValueTask.CompletedTask;
    }

    public ValueTask Reload()
    {
        DeactivateOnIdle();
        return ValueTask.CompletedTask;
    }

    public ValueTask<QuotaInspection?> Inspect(CancellationToken cancellationToken) => new(_counter?.Inspect());

    public ValueTask<SellerUsage?> ReadUsage(CancellationToken cancellationToken) =>
        _counter is not { } counter ? new((SellerUsage?)null)
        : counter.Usage() is { } usage ? new(usage)
        : throw Ending();

    private async Task Open(Entitlement entitlement, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var history = await LedgerHistory.Read(ledger, _id, calendar.DayOf(now), cancellationToken);
        // An abandoned activation must not replace its successor's counter.
        cancellationToken.ThrowIfCancellationRequested();
        if (_counter is not null)
        {
            // Another turn was faster.
            _counter.Entitle(entitlement);
            return;
        }

        var meter = new CallMeter(
            _id,
            calendar,
            entitlement,
            history with
            {
                Errors = counters.ErrorsOf(_id),
            },
            now,
            options.Value.ErrorsPerDay
        );
        // Before the counter is published: from then on only its lock protects the meter.
        var (view, marks) = (meter.View(now), meter.Marks(now));
        _counter = new CallCounter(_id, meter, ledger, time, OnClosed, events);
        counters.Publish(_counter);

        // The previous process may have ended between the call and the notification.
        events.Alert(_id, marks);
        if (QuotaMarks.HasMark(view.DailyUsed, view.DailyLimit))
        {
            events.Publish(_id, view.Day, view.DailyUsed, view.DailyLimit);
        }
    }

    // Called from the ledger's thread: use thread-safe members only.
    private void OnClosed(CallCounter counter)
    {
        counters.Withdraw(counter);
        try
        {
            DeactivateOnIdle();
        }
        catch (InvalidOperationException)
        {
            // The activation has already ended, which was the goal.
        }
    }

    private StoreUnavailableException Ending()
    {
        DeactivateOnIdle();
        return new StoreUnavailableException($"The counter of {_id} is being reloaded; repeat the call.");
    }
}

using Marketplace.Grains.Ports;
using Marketplace.Grains.Risk;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Grains.Quotas;

/// <summary>
/// The call path's entry: the counter of this silo if there is one, else the grain, which opens a counter here or is called in its silo.
/// </summary>
internal sealed class QuotaGate(CallCounters counters, IUsageLedger ledger, RiskService risk, UsageReadings readings, IGrainFactory grains)
    : IQuotaGate
{
    public bool IsAccepting => ledger.IsAccepting;

    public ValueTask<Reservation> Reserve(InstallationId installation, CallIntent intent, CancellationToken cancellationToken) =>
        !counters.TryGet(installation, out var counter) ? Grain(installation).Reserve(intent, cancellationToken)
        : intent.Touches is not null ? ReserveWrite(counter, intent, cancellationToken)
        : counter.Reserve(intent) is { } reservation ? new(reservation)
        : Grain(installation).Reserve(intent, cancellationToken);

    public ValueTask<Settlement> Settle(InstallationId installation, CallReport report, CancellationToken cancellationToken) =>
        counters.TryGet(installation, out var counter) ? counter.Settle(report) : Grain(installation).Settle(report, cancellationToken);

    public ValueTask Release(InstallationId installation, CallFailure failure)
    {
        if (counters.TryGet(installation, out var counter))
        {
            counter.Release(failure);
            return ValueTask.CompletedTask;
        }

        return Grain(installation).Release(failure);
    }

    public ValueTask<FirstAnswer> ReadAnswer(
        InstallationId installation,
        Reservation.Repeated repeated,
        CancellationToken cancellationToken
    ) => Grain(installation).ReadAnswer(repeated, cancellationToken);

    public ValueTask<Outcome<QuotaView>> GetCounters(InstallationId installation, TokenStamp token, CancellationToken cancellationToken) =>
        counters.TryGet(installation, out var counter) && counter.GetCounters(token) is { } view
            ? new(view)
            : Grain(installation).GetCounters(token, cancellationToken);

    public ValueTask<QuotaView?> Show(InstallationId installation, TokenStamp token, CancellationToken cancellationToken) =>
        counters.TryGet(installation, out var counter) && counter.TryShow(token, out var view)
            ? new(view)
            : Grain(installation).Show(token, cancellationToken);

    public QuotaView? PeekHere(InstallationId installation) => counters.TryGet(installation, out var counter) ? counter.View() : null;

    public ValueTask<SellerUsage?> ReadUsage(InstallationId installation, CancellationToken cancellationToken) =>
        readings.Read(installation, cancellationToken);

    private async ValueTask<Reservation> ReserveWrite(CallCounter counter, CallIntent intent, CancellationToken cancellationToken) =>
        await risk.Reserve(counter, intent, cancellationToken) ?? await Grain(counter.Installation).Reserve(intent, cancellationToken);

    private IQuotaGrain Grain(InstallationId installation) => grains.GetGrain<IQuotaGrain>(GrainKeys.Quota(installation));
}

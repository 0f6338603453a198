using Marketplace.Grains.Quotas;
using Marketplace.Quotas;
using Marketplace.Risk;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Risk;

/// <summary>
/// Where a counter's writes meet the risk rules: gets the counter what it judges by, and has a hold written down before the call is refused
/// with it.
/// </summary>
internal sealed class RiskDesk(
    RiskRuleBook rules,
    MarketCalendar calendar,
    IGrainFactory grains,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
)
{
    // A second round judges by what the seller has decided meanwhile; there is nothing that a third would change.
    private const int Rounds = 2;

    /// <summary>Decides a write; null if the cell is closed.</summary>
    /// <exception cref="StoreUnavailableException">The write cannot be judged now, or the hold is not known to be written.</exception>
    public async ValueTask<Reservation?> Reserve(QuotaCell cell, CallIntent intent, CancellationToken cancellationToken)
    {
        var inForce = await rules.Get(cancellationToken);
        if (!cell.IsWatched())
        {
            cell.Watch(await Grain(cell).GetStanding(cancellationToken), begin: true);
        }

        for (var round = 0; round < Rounds; round++)
        {
            var (reservation, verdict) = cell.ReserveWrite(intent, inForce);
            if (verdict.Finding is not { } finding || verdict.Hold is not null)
            {
                return reservation;
            }

            if (verdict.Observed)
            {
                // The call is not to wait for a note about it.
                Grain(cell)
                    .Observe(new RiskCommand.Observe(finding, intent.CallId, calendar.DayOf(time.GetUtcNow())), CancellationToken.None)
                    .Ignore();
                return reservation;
            }

            // Once begun it is not given up with the request: the refusal must not be told before the hold is there.
            if (await Grain(cell).Raise(new RiskCommand.Raise(finding, intent.CallId), CancellationToken.None) is { } hold)
            {
                return cell.Refuse(intent, RiskRefusals.Held(hold, cell.Installation));
            }
        }

        throw new StoreUnavailableException(
            $"What the seller decided about {intent.Operation} has not reached its counter yet; repeat the call."
        );
    }

    private IRiskGrain Grain(QuotaCell cell) => grains.GetGrain<IRiskGrain>(GrainKeys.Risk(cell.Installation));
}

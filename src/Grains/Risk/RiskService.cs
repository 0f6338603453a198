using Marketplace.Grains.Quotas;
using Marketplace.Quotas;
using Marketplace.Risk;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Risk;

/// <summary>
/// Applies the risk rules to a counter's writes: supplies the counter with the risk state, and has a hold recorded before the call is
/// refused with it.
/// </summary>
internal sealed class RiskService(
    RiskRuleCache rules,
    MarketCalendar calendar,
    IGrainFactory grains,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
)
{
    // A second round uses the seller's latest decisions; a third would change nothing.
    private const int Rounds = 2;

    /// <summary>Decides a write; null if the counter is closed.</summary>
    /// <exception cref="StoreUnavailableException">The write cannot be judged now, or the hold is unconfirmed.</exception>
    public async ValueTask<Reservation?> Reserve(CallCounter counter, CallIntent intent, CancellationToken cancellationToken)
    {
        var inForce = await rules.Get(cancellationToken);
        if (!counter.IsWatched())
        {
            counter.Watch(await Grain(counter).GetStatus(cancellationToken), begin: true);
        }

        for (var round = 0; round < Rounds; round++)
        {
            var (reservation, verdict) = counter.ReserveWrite(intent, inForce);
            if (verdict.Finding is not { } finding || verdict.Hold is not null)
            {
                return reservation;
            }

            if (verdict.Observed)
            {
                // The call must not wait for this record.
                Grain(counter)
                    .Observe(new RiskCommand.Observe(finding, intent.CallId, calendar.DayOf(time.GetUtcNow())), CancellationToken.None)
                    .Ignore();
                return reservation;
            }

            // Not cancelled with the request: the refusal must not be answered before the hold is recorded.
            if (await Grain(counter).Raise(new RiskCommand.Raise(finding, intent.CallId), CancellationToken.None) is { } hold)
            {
                return counter.Refuse(intent, RiskRefusals.Held(hold, counter.Installation));
            }
        }

        throw new StoreUnavailableException(
            $"What the seller decided about {intent.Operation} has not reached its counter yet; repeat the call."
        );
    }

    private IRiskGrain Grain(CallCounter counter) => grains.GetGrain<IRiskGrain>(GrainKeys.Risk(counter.Installation));
}

using System.Collections.Immutable;
using Marketplace.Events;
using Marketplace.Evidence;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Evidence;

/// <summary>The stored form of <see cref="PlatformRunning"/>.</summary>
[GenerateSerializer, Alias("mp.evidence.availability")]
public sealed class AvailabilityState
{
    [Id(0)]
    public DateTimeOffset? LastSeen { get; set; }

    [Id(1)]
    public List<EvidenceOutage> Outages { get; set; } = [];
}

[GrainType("availability")]
internal sealed class AvailabilityGrain(
    [PersistentState("availability")] IPersistentState<AvailabilityState> state,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IAvailabilityGrain
{
    public async Task RecordRunning()
    {
        var known = new PlatformRunning(state.State.LastSeen, [.. state.State.Outages]);
        var next = known.Seen(EventLimits.ToMilliseconds(time.GetUtcNow()));
        if (next == known)
        {
            return;
        }

        (state.State.LastSeen, state.State.Outages) = (next.LastSeen, [.. next.Outages]);
        try
        {
            await state.WriteStateAsync();
        }
        catch (Exception)
        {
            // Undo in memory what was not written.
            (state.State.LastSeen, state.State.Outages) = (known.LastSeen, [.. known.Outages]);
            DeactivateOnIdle();
            throw;
        }
    }

    public Task<ImmutableArray<EvidenceOutage>> List(DateTimeOffset from) =>
        Task.FromResult(new PlatformRunning(state.State.LastSeen, [.. state.State.Outages]).Since(from));
}

using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.EventSourcing;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// Changes of the setup: a caller's commands, and what the marketplace does by itself. Part of the loop, because a change of the setup and
/// what follows from it for the progress belong together.
/// </summary>
/// <param name="state">The deliveries.</param>
/// <param name="own">The installation's own setup, logged.</param>
/// <param name="store">The delivery log.</param>
/// <param name="feed">The seller's feed.</param>
/// <param name="telemetry">Counts parked endpoints.</param>
/// <param name="time">The clock.</param>
internal sealed class DeliverySetupChanges(
    DeliveryState state,
    EventSourcedEntity<DeliverySetup> own,
    DeliveryStore store,
    IFeedGrain feed,
    DeliveryTelemetry telemetry,
    TimeProvider time
)
{
    private DeliveryProgress Progress => state.Progress;

    /// <summary>Finds the position from which this enablement is owed its seller's events, if it is not known.</summary>
    public async Task Initialize()
    {
        if (state is { NeedsInitialization: true, Entitlement: { } entitlement })
        {
            var since = await FeedSearch.LastBefore(feed, entitlement.EnabledAt);
            Progress.StartEnablement(entitlement.EnabledAt, since, time.GetUtcNow());
            await own.EndOnFailure(() => store.Commit(Progress));
        }
    }

    /// <summary>Executes a command and writes what follows from it.</summary>
    /// <returns>True if the setup has changed.</returns>
    public async Task<Outcome<bool>> Execute(DeliveryCommand command, Initiator by, CancellationToken cancellationToken)
    {
        var bounded = command is DeliveryCommand.Replay replay ? new DeliveryCommand.Replay(Bounded(replay.Request, Progress)) : command;
        var done = await own.Execute(
            by,
            new EntityCommand<DeliverySetup, DeliveryFact>
            {
                Decide = setup => DeliveryRules.Decide(setup, state.Shared, bounded),
                Fingerprint = command.Fingerprint,
                Nothing = new DeliveryFact.NothingChanged(),

                // If the process ends between the facts and what follows from them, the next activation must be woken to do it.
                BeforeAppend = _ => own.EndOnFailure(store.Mark),
            },
            cancellationToken
        );
        if (done.Refusal is { } refusal)
        {
            return refusal;
        }

        var hasChanged = done.Value.Events.Any(@event => @event is not DeliveryFact.NothingChanged);
        if (!done.Value.IsRepeat)
        {
            await own.EndOnFailure(() => Follow(command, hasChanged));
        }

        return hasChanged;
    }

    /// <summary>A replay ends at the cursor at the latest: later events are still to be delivered.</summary>
    public static ReplayRequest Bounded(ReplayRequest request, IReadOnlyDeliveryProgress progress) =>
        request with
        {
            ToSeq = Math.Min(request.ToSeq, progress.Cursor),
        };

    /// <summary>Parks the endpoint, as the progress requests.</summary>
    public async Task Park(string reason)
    {
        var decision = DeliveryRules.Decide(own.State, state.Shared, new DeliveryCommand.Park(reason));
        if (decision.Refusal is null)
        {
            await own.Append(Initiator.OfMarketplace(OperationId.Internal("park", own.Version)), decision.Value);
            telemetry.RecordParked(reason);
        }

        // Refused if the endpoint was removed meanwhile: then there is nothing to park, and the request is void.
        Progress.Park(reason, time.GetUtcNow());
    }

    /// <summary>Records that a replay has delivered everything it had to.</summary>
    public async Task FinishReplay(ReplayProgress replay)
    {
        var command = new DeliveryCommand.FinishReplay(replay.Id, replay.Sent, replay.Failed);
        var decision = DeliveryRules.Decide(own.State, state.Shared, command);
        if (decision.Refusal is null)
        {
            await own.Append(Initiator.OfMarketplace(OperationId.Internal("replay", replay.Id)), decision.Value);
        }

        Progress.Replays.End(replay.Id);
    }

    private async Task Follow(DeliveryCommand command, bool hasChanged)
    {
        if (command is DeliveryCommand.SetEndpoint && hasChanged)
        {
            // Events read ahead were judged by the endpoint before.
            Progress.Reread();
        }

        var restarts = command is DeliveryCommand.SetEndpoint or DeliveryCommand.Resume && hasChanged;
        if (restarts || (command is DeliveryCommand.Resume && Progress.IsHeldUp))
        {
            if (!state.SwitchEndpoint())
            {
                Progress.Resume(time.GetUtcNow());
            }

            await store.Commit(Progress);
        }
    }
}

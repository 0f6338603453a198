using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Grains.Deliveries;

/// <summary>What the grain's calls change; each method is run by the loop.</summary>
/// <param name="state">The deliveries.</param>
/// <param name="loop">Ends with what must not go on.</param>
/// <param name="store">The delivery log.</param>
/// <param name="setup">Changes of the setup.</param>
/// <param name="confirmation">Confirmations of a plugin that pulls.</param>
/// <param name="requests">The requests in flight.</param>
/// <param name="run">Delivers what a call has brought.</param>
/// <param name="sources">The grains that know entitlement and endpoint.</param>
/// <param name="options">The patience with a wake-up.</param>
internal sealed class DeliveryCalls(
    DeliveryState state,
    DeliveryLoop loop,
    DeliveryStore store,
    DeliverySetupChanges setup,
    PullConfirmation confirmation,
    DeliveryRequests requests,
    DeliveryRun run,
    DeliverySources sources,
    DeliveryOptions options
)
{
    /// <summary>Makes the state complete for queries.</summary>
    public Task Initialize() => setup.Initialize();

    /// <summary>Applies an entitlement, and delivers what it releases; an older one is ignored.</summary>
    public async Task Entitle(Entitlement entitlement, TaskCompletionSource secured)
    {
        if (state.Entitlement?.EnabledAt != entitlement.EnabledAt)
        {
            // A plugin's endpoint is pushed to its enabled installations only, so this one may have missed it.
            Apply(await sources.ReadShared(CancellationToken.None));
        }

        if (state.Apply(entitlement))
        {
            requests.ReleaseWaiting();
        }

        if (state is { IsStopped: true, Endpoint: not null })
        {
            // A seller's pause must not wait for the lifecycle events that tell the plugin of it.
            run.Begin(options.MarkAfter);
            secured.TrySetResult();
        }
        else
        {
            run.Deliver(TimeSpan.Zero, secured);
        }
    }

    /// <summary>Applies the plugin's endpoint, and delivers the backlog to it; an older one is ignored.</summary>
    public Task Share(PluginWebhook webhook, TaskCompletionSource secured)
    {
        Apply(webhook);
        run.Deliver(TimeSpan.Zero, secured);
        return Task.CompletedTask;
    }

    /// <summary>Delivers new events of the feed.</summary>
    public Task Wake(TaskCompletionSource secured)
    {
        run.Deliver(options.MarkAfter, secured);
        return Task.CompletedTask;
    }

    /// <summary>Does what the poller has found due.</summary>
    public async Task RunDueWork(CancellationToken cancellationToken)
    {
        if (!await store.RefreshWakeUp(cancellationToken))
        {
            await loop.EndOnFailure(() => throw store.Stale());
        }

        run.BeginPrepared(options.MarkAfter);
    }

    /// <summary>Executes a command on the setup, and delivers what it releases.</summary>
    /// <returns>Null, or why it is refused.</returns>
    public async Task<Refusal?> Execute(
        DeliveryCommand command,
        Initiator by,
        TaskCompletionSource secured,
        CancellationToken cancellationToken
    )
    {
        await setup.Initialize();
        var done = await setup.Execute(command, by, cancellationToken);
        if (done.Refusal is { } refusal)
        {
            secured.TrySetResult();
            return refusal;
        }

        if (done.Value)
        {
            requests.ReleaseWaiting();
        }

        run.Deliver(TimeSpan.Zero, secured);
        return null;
    }

    /// <summary>Completes a task when no request is in flight.</summary>
    public Task WhenIdle(TaskCompletionSource idle)
    {
        run.WhenIdle(idle);
        return Task.CompletedTask;
    }

    /// <summary>Confirms everything up to a position; no request is in flight.</summary>
    /// <returns>Null, or why it is refused.</returns>
    public async Task<Refusal?> Confirm(long upTo, DeliveryChannel channel)
    {
        if (state.Setup.Endpoint is not null)
        {
            return DeliveryRefusals.Pushes();
        }

        await setup.Initialize();
        await loop.EndOnFailure(() => confirmation.Confirm(upTo, channel));
        return null;
    }

    private void Apply(PluginWebhook webhook)
    {
        if (state.Apply(webhook))
        {
            requests.ReleaseWaiting();
        }
    }
}

using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Grains.Deliveries;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Listings;
using Marketplace.Quotas;
using Marketplace.Rounds;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Rounds;

/// <summary>
/// Runs the traffic beside its turns. Appends nothing concurrently: while a round runs no command changes anything, and only the run
/// appends. A round lives and ends with the activation that started it; the next activation finds it unfinished and records that it was
/// interrupted.
/// </summary>
[GrainType("rounds")]
internal sealed partial class RoundsGrain(
    IJournal journal,
    RoundTraffic traffic,
    IOptions<RoundOptions> options,
    IOptions<DeliveryOptions> deliveries,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<RoundsGrain> logger
) : Grain, IRoundsGrain, IDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private PluginId _plugin;
    private string _version = string.Empty;
    private Task _run = Task.CompletedTask;

    private IListingGrain Listing => GrainFactory.GetGrain<IListingGrain>(GrainKeys.Listing(_plugin));

    private EventSourcedEntity<VersionRounds?> Entity =>
        field ??= new(journal, this.GetPrimaryKeyString(), time, _ => End(), null, VersionRounds.Evolve);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var parts = this.GetPrimaryKeyString().Split('/', 3);
        (_plugin, _version) = (PluginId.Parse(parts[1], null), parts[2]);
        await Entity.Load(cancellationToken);
        if (Entity.State?.Running is { } lost)
        {
            await Append(lost, new RoundEvent.Interrupted("The process that ran it has ended."));
        }

        // Also without an interruption: the previous activation may have ended between the round's end and its record.
        await Record();
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        const ConfigureAwaitOptions Quietly = ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing;
        await _run.WaitAsync(cancellationToken).ConfigureAwait(Quietly);
    }

    public void Dispose() => _ending.Dispose();

    public async Task<Outcome<VersionRounds>> Start(StartRound command, Initiator by, CancellationToken cancellationToken)
    {
        var listing = await Listing.Get(cancellationToken);
        var developer = await GrainFactory.GetGrain<IDeveloperGrain>(GrainKeys.Of(command.Developer)).Get(cancellationToken);
        var subject = await ReadSubject(command.Hash, cancellationToken);
        var done = await Entity.Execute(
            by,
            new EntityCommand<VersionRounds?, RoundEvent>
            {
                Decide = state => RoundRules.Decide(state, command, RulingFor(by, listing, developer, subject)),
                Fingerprint = command.Fingerprint,
            },
            cancellationToken
        );
        if (done.Refusal is { } refusal)
        {
            return refusal;
        }

        if (!done.Value.IsRepeat)
        {
            Begin(Entity.State!.Running!, subject!, command);
        }

        return done.Value.State!;
    }

    public Task<VersionRounds?> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);

    private async Task<RoundSubject?> ReadSubject(string hash, CancellationToken cancellationToken) =>
        RoundId.VersionOf(hash) == _version
        && await GrainFactory.GetGrain<IPluginVersionGrain>(GrainKeys.PluginVersion(_plugin, hash)).Read(cancellationToken) is { } document
            ? RoundSubject.Of(document)
            : null;

    private void Begin(Round round, RoundSubject subject, StartRound command)
    {
        // Perhaps nothing calls the grain during the round, and an idle activation would be collected.
        DelayDeactivation(round.Policy.Longest);
        var plan = RoundPlan.Of(subject, round.Policy, round.Seed, command.Operations);
        _run = Run(new RoundJob(round, subject, plan));
    }

    private async Task Run(RoundJob job)
    {
        try
        {
            // After this time the installation is closed, and what came of further calls would say nothing about the plugin.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
            limit.CancelAfter(job.Round.Policy.Longest);
            var seen = await traffic.Run(job, sent => Append(job.Round, new RoundEvent.Progressed(sent)), limit.Token);
            var result = RoundResult.Of(job.Plan, job.Round.Policy.Limits, seen, job.Round.Justified);
            await Append(job.Round, new RoundEvent.Finished(result));
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The next activation records it: this one must not start another append while it ends.
            return;
        }
        catch (Exception e)
        {
            LogFailed(e, job.Round.Id);
            if (Entity.State?.Running is null || !await TryInterrupt(job.Round))
            {
                return;
            }
        }

        await Close(job);
    }

    private async Task<bool> TryInterrupt(Round round)
    {
        try
        {
            await Append(round, new RoundEvent.Interrupted("The marketplace could not run it to its end."));
            return true;
        }
        catch (Exception e)
        {
            // The append has ended the activation; the next one records the interruption.
            LogFailed(e, round.Id);
            return false;
        }
    }

    /// <summary>Closes what the round opened, then records it; a failure ends the activation, and the next one records it.</summary>
    private async Task Close(RoundJob job)
    {
        try
        {
            var ended = Entity.State!.Find(job.Round.Id.Number)!;
            await GrainFactory
                .GetGrain<IQuotaGrain>(GrainKeys.Quota(ended.Id.Installation(_plugin)))
                .Entitle(SandboxEntitlements.Of(ended, job.Subject.Profile));
            await Record();
        }
        catch (Exception e)
        {
            LogFailed(e, job.Round.Id);
            End();
        }
    }

    /// <summary>
    /// Records in the listing each ended round that it does not know; it lists the version if nothing is missing. Not only the last one: a
    /// record that was refused or lost may be of a round that blocks the version.
    /// </summary>
    private async Task Record()
    {
        if (Entity.State is not { } state)
        {
            return;
        }

        var known = (await Listing.Get(CancellationToken.None))?.Find(state.Hash)?.Rounds ?? [];
        foreach (var round in state.All.Select(static one => one.Recorded).OfType<SandboxRound>())
        {
            if (!known.Any(round.IsOf))
            {
                await Record(state.Hash, round);
            }
        }
    }

    private async Task Record(string hash, SandboxRound round)
    {
        var by = Initiator.OfMarketplace(OperationId.Internal("round", round.Id)) with { Role = ActorRole.Platform };
        var recorded = await Listing.Execute(new ListingCommand.RecordRound(hash, round), by, CancellationToken.None);
        if (recorded.Refusal is { } refusal)
        {
            LogNotRecorded(round.Id, refusal.Code, refusal.Reason);
        }
    }

    private Task Append(Round round, RoundEvent @event)
    {
        var operation = @event is RoundEvent.Progressed progressed
            ? OperationId.Internal("round-progress", round.Id.ToString()).Then(progressed.Sent)
            : OperationId.Internal("round-end", round.Id.ToString());
        return Entity.Append(Initiator.OfMarketplace(operation), @event);
    }

    private RoundRuling RulingFor(Initiator by, Listing? listing, Developer? developer, RoundSubject? subject) =>
        new(time.GetUtcNow(), by.Actor, by.Role, developer, listing, subject, options.Value.ToPolicy(), deliveries.Value.ServedRegion);

    private void End()
    {
        _ending.Cancel();
        DeactivateOnIdle();
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The sandbox round {Round} was interrupted.")]
    private partial void LogFailed(Exception exception, RoundId round);

    [LoggerMessage(Level = LogLevel.Error, Message = "The sandbox round {Round} could not be recorded: {Code}, {Reason}")]
    private partial void LogNotRecorded(string round, string code, string reason);
}

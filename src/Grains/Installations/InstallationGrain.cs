using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Rounds;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Installations;

/// <summary>
/// Pushes the entitlement to the quota grain after each change. A crash between append and push heals itself, because the quota grain reads
/// the entitlement whenever it starts.
/// </summary>
// Neither calls nor deliveries ask it: it is in memory for a command or a page.
[CollectionAgeLimit(Minutes = 10)]
[GrainType("installation")]
internal sealed class InstallationGrain(
    IJournal journal,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IInstallationGrain
{
    private InstallationId _id;
    private PluginProfile? _plugin;

    private IQuotaGrain Quota => GrainFactory.GetGrain<IQuotaGrain>(GrainKeys.Quota(_id));

    private ISellerGrain Seller => GrainFactory.GetGrain<ISellerGrain>(GrainKeys.Of(_id.Seller));

    private EventSourcedEntity<Installation?> Entity =>
        field ??= new(journal, this.GetPrimaryKeyString(), time, StartAnew, null, InstallationFacts.Evolve);

    private Entitlement? Entitlement => Entity.State is { } state && _plugin is { } plugin ? Entitlements.Of(state, plugin) : null;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString());
        await Entity.Load(cancellationToken);
        await LoadPlugin(cancellationToken);
        if (Entitlement is { } entitlement)
        {
            // The previous activation may have ended between append and push. Not awaited: starting must not depend on the counter.
            Quota.Entitle(entitlement).AsTask().Ignore();
        }
    }

    public async Task<Outcome<InstallationAnswer>> Execute(InstallationCommand command, Initiator by, CancellationToken cancellationToken)
    {
        if (SandboxSellers.Contains(_id.Seller))
        {
            // A round's seller has no facts: what its plugin may do follows from the round.
            return InstallationRefusals.NotFound();
        }

        if (await PluginFor(command, cancellationToken) is not { } plugin)
        {
            return InstallationRefusals.UnknownPlugin(_id.Plugin);
        }

        var done = await Entity.Execute(
            by,
            new EntityCommand<Installation?, InstallationEvent>
            {
                Decide = state => InstallationRules.Decide(state, command, Context(plugin, by.Role)),
                Fingerprint = command.Fingerprint,
                Nothing = new InstallationEvent.NothingChanged(),

                // Bills are computed from this index, so a surplus entry is harmless and a missing one is not.
                BeforeAppend = _ =>
                    command is InstallationCommand.Enable ? Seller.AddPlugin(_id.Plugin, by, CancellationToken.None) : Task.CompletedTask,
            },
            cancellationToken
        );
        if (done.Refusal is { } refusal)
        {
            return refusal;
        }

        // Also after a repeat: the follow-up work may have been lost with the first answer.
        await Complete(command, by);
        return done.Value.Repeated is { } first
            ? await FirstAnswer(first, by.OperationId, plugin, cancellationToken)
            : Answer(created: done.Value.Events.Any(@event => @event is InstallationEvent.EnablementStarted))!;
    }

    public Task<InstallationAnswer?> Get(CancellationToken cancellationToken) => Task.FromResult(Answer(created: false));

    public Task<Entitlement?> GetEntitlement(CancellationToken cancellationToken) => Task.FromResult(Entitlement);

    public async Task<ConsentDocument?> GetConsent(CancellationToken cancellationToken) =>
        await ReadPlugin(cancellationToken) is { } plugin ? ConsentDocument.Of(_id, Entity.State, plugin, time.GetUtcNow()) : null;

    public Task Refresh(CancellationToken cancellationToken) => Push();

    public async Task VerifyEntity(CancellationToken cancellationToken)
    {
        if (Entity.State is null || _plugin is null)
        {
            return;
        }

        var before = Entity.Version;
        await HearEntity(OperationId.Internal("entity", before));
        if (Entity.Version > before)
        {
            await Push();
        }
    }

    public async Task<DateTimeOffset?> Tick(CancellationToken cancellationToken)
    {
        if (Entity.State is null || _plugin is null)
        {
            return null;
        }

        var before = Entity.Version;
        await AskEntity(OperationId.Internal("entity", before));
        while (InstallationClock.Due(Entity.State, time.GetUtcNow()) is { } due)
        {
            await Entity.Append(Initiator.OfMarketplace(due.OperationId), due.Event);
        }

        if (Entity.Version > before)
        {
            await Push();
        }

        return InstallationClock.NextDue(Entity.State, time.GetUtcNow());
    }

    /// <summary>The follow-up work of a command's facts; idempotent.</summary>
    private Task Complete(InstallationCommand command, Initiator by) =>
        Entity.EndOnFailure(async () =>
        {
            if (command is InstallationCommand.Consent)
            {
                await AskEntity(FollowUpOf(by.OperationId));
            }

            await Push();
        });

    /// <summary>Applies the enterprise's verification if only that is missing (R43).</summary>
    private async Task AskEntity(OperationId operationId)
    {
        if (Entity.State is { Consent: not null, Entity: null })
        {
            await HearEntity(operationId);
        }
    }

    private async Task HearEntity(OperationId operationId)
    {
        var status = await Seller.GetEntity(CancellationToken.None);
        if (
            InstallationRules.CommandFor(Entity.State!, status) is { } command
            && !await Entity.HasCarriedOut(operationId, CancellationToken.None)
        )
        {
            var decision = InstallationRules.Decide(Entity.State, command, Context(_plugin!, ActorRole.Platform));
            await Entity.Append(Initiator.OfMarketplace(operationId), decision.Value);
        }
    }

    private DecisionContext Context(PluginProfile plugin, ActorRole role)
    {
        var now = time.GetUtcNow();
        return new DecisionContext(_id, plugin, now, role) { Today = calendar.DayOf(now) };
    }

    private static OperationId FollowUpOf(OperationId operationId) => operationId.Then("entity");

    /// <summary>The first answer to an operation, whatever happened since.</summary>
    private async Task<InstallationAnswer> FirstAnswer(
        PastOperation<Installation?> first,
        OperationId operationId,
        PluginProfile plugin,
        CancellationToken cancellationToken
    )
    {
        var followUp = FollowUpOf(operationId);
        var answered = await Entity.HasCarriedOut(followUp, cancellationToken) ? await Entity.ReadPast(followUp, cancellationToken) : first;
        var created = first.Facts.Any(fact =>
            InstallationFacts.EventOf(fact) is InstallationEvent.Enabled or InstallationEvent.EnablementStarted
        );
        return Answer(answered.State!, plugin, created, answered.Facts[^1].At);
    }

    private async Task Push()
    {
        // A profile from before an announcement would take the newer prices from the counter again.
        await LoadPlugin(CancellationToken.None);
        if (Entitlement is { } entitlement)
        {
            await Quota.Entitle(entitlement);
            await GrainFactory.GetDelivery(_id).Entitle(entitlement);
        }
    }

    /// <summary>The fact may be durable without confirmation, so both counter and installation restart from the journal.</summary>
    private void StartAnew(Exception cause)
    {
        Quota.Reload().AsTask().Ignore();
        GrainFactory.GetDelivery(_id).Reload().Ignore();
        DeactivateOnIdle();
    }

    /// <summary>The plugin for deciding a command: its current profile, where that matters.</summary>
    private async Task<PluginProfile?> PluginFor(InstallationCommand command, CancellationToken cancellationToken)
    {
        if (_plugin is null)
        {
            await LoadPlugin(cancellationToken);
        }

        if (
            _plugin is not null
            && command is (InstallationCommand.Enable or InstallationCommand.Consent or InstallationCommand.ChangeGrants)
        )
        {
            // Register the installation before reading the plugin: a change missed by this read then reaches this installation.
            await GrainFactory.GetGrain<IPluginSellersGrain>(PluginSellerShards.KeyOf(_id.Plugin, _id.Seller)).Add(_id.Seller);
            await LoadPlugin(cancellationToken);
        }

        return _plugin;
    }

    private async Task LoadPlugin(CancellationToken cancellationToken) => _plugin = await ReadPlugin(cancellationToken);

    private Task<PluginProfile?> ReadPlugin(CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<IPluginGrain>(GrainKeys.Of(_id.Plugin)).Get(cancellationToken);

    private InstallationAnswer? Answer(bool created) =>
        Entity.State is null || _plugin is null ? null : Answer(Entity.State, _plugin, created, time.GetUtcNow());

    private InstallationAnswer Answer(Installation state, PluginProfile plugin, bool created, DateTimeOffset at) =>
        new(_id, state, plugin.Scopes, created, at, state.PendingScopes(plugin))
        {
            PluginName = plugin.Name,
            PluginVersion = plugin.Manifest.Version,
        };
}

using System.Collections.Immutable;
using Marketplace.Audit;
using Marketplace.Catalogue;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Marketplace.Sync;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Installations;

/// <summary>
/// Decides, appends facts, folds them, pushes the entitlement to the quota grain, answers. A crash between append and push is healed
/// because the quota grain asks for the entitlement whenever it starts.
/// </summary>
[GrainType("installation")]
internal sealed class InstallationGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IInstallationGrain
{
    // A caller's operation ids are ASCII, so none can be taken for the marketplace's own.
    private const string Marketplace = "marketplace";

    private InstallationId _id;
    private EntityLog? _log;
    private Installation? _state;
    private PluginProfile? _plugin;

    private IQuotaGrain Quota => GrainFactory.GetGrain<IQuotaGrain>(GrainKeys.Quota(_id));

    private ISellerGrain Seller => GrainFactory.GetGrain<ISellerGrain>(GrainKeys.Of(_id.Seller));

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = GrainKeys.Parse<InstallationId>(this.GetPrimaryKeyString());
        await Log.Load(Fold, cancellationToken);
        await LoadPlugin(cancellationToken);
        if (_state is not null && _plugin is not null)
        {
            // The activation before this one may have ended between append and push. Not awaited: the quota grain may be asking us now.
            Quota.Entitle(Entitlements.Of(_state, _plugin)).AsTask().Ignore();
        }
    }

    public async Task<Outcome<InstallationAnswer>> Execute(InstallationCommand command, Initiator by, CancellationToken cancellationToken)
    {
        if (await PluginFor(command, cancellationToken) is not { } plugin)
        {
            return InstallationRefusals.UnknownPlugin(_id.Plugin);
        }

        if (!Log.Knows(by.OperationId))
        {
            var decision = InstallationRules.Decide(_state, command, new DecisionContext(_id, plugin, time.GetUtcNow()));
            return decision.Refusal is { } refusal ? refusal : await Carry(decision.Value, command, by);
        }

        // A repeat: the facts are there, but what follows them may have been lost with the first answer.
        await Complete(command, by);
        return await FirstAnswer(by.OperationId, command, plugin, cancellationToken);
    }

    public Task<InstallationAnswer?> Get(CancellationToken cancellationToken) => Task.FromResult(Answer(created: false));

    public Task<Entitlement?> GetEntitlement(CancellationToken cancellationToken) =>
        Task.FromResult(_state is null || _plugin is null ? null : Entitlements.Of(_state, _plugin));

    public async Task<ConsentDocument?> GetConsent(CancellationToken cancellationToken) =>
        await ReadPlugin(cancellationToken) is { } plugin ? ConsentDocument.Of(_id, _state, plugin, time.GetUtcNow()) : null;

    public async Task Refresh(CancellationToken cancellationToken)
    {
        await LoadPlugin(cancellationToken);
        await Push();
    }

    public async Task VerifyEntity(CancellationToken cancellationToken)
    {
        if (_state is null || _plugin is null)
        {
            return;
        }

        var before = Log.Version;
        await HearEntity($"entity→{before}");
        if (Log.Version > before)
        {
            await Push();
        }
    }

    public async Task<DateTimeOffset?> Tick(CancellationToken cancellationToken)
    {
        if (_state is null || _plugin is null)
        {
            return null;
        }

        var before = Log.Version;
        await AskEntity($"entity→{before}");
        while (InstallationClock.Due(_state, time.GetUtcNow()) is { } due)
        {
            await Record([due.Event], new Initiator(Marketplace, due.OperationId));
        }

        if (Log.Version > before)
        {
            await Push();
        }

        return InstallationClock.NextDue(_state, time.GetUtcNow());
    }

    private async Task<Outcome<InstallationAnswer>> Carry(
        ImmutableArray<InstallationEvent> events, InstallationCommand command, Initiator by)
    {
        if (command is InstallationCommand.Enable)
        {
            // Before the fact: a bill looks where this index points, so an entry too many is harmless and one too few is not.
            await Seller.AddPlugin(_id.Plugin, by, CancellationToken.None);
        }

        // A caller's operation leaves its trace also where nothing was to do, so that its repeat does nothing later either.
        await Record(events.IsEmpty && by.IsRepeatable && command.Nothing() is { } nothing ? [nothing] : events, by);
        await Complete(command, by);
        return Answer(created: events.Any(happened => happened is InstallationEvent.EnablementStarted))!;
    }

    private async Task Record(ImmutableArray<InstallationEvent> events, Initiator by)
    {
        if (events.IsEmpty)
        {
            return;
        }

        try
        {
            foreach (var fact in await Log.Append(by, events.Select(happened => (happened.Type, happened.Encode()))))
            {
                Fold(fact);
            }
        }
        catch (Exception)
        {
            StartAnew();
            throw;
        }
    }

    /// <summary>What follows a command's facts; may be repeated.</summary>
    private async Task Complete(InstallationCommand command, Initiator by)
    {
        try
        {
            if (command is InstallationCommand.Consent)
            {
                await AskEntity($"{by.OperationId}→entity");
            }

            await Push();
        }
        catch (Exception)
        {
            StartAnew();
            throw;
        }
    }

    /// <summary>Takes over that the seller's enterprise is verified, where only that is missing (R43).</summary>
    private async Task AskEntity(string operationId)
    {
        if (_state is { Consent: not null, Entity: null })
        {
            await HearEntity(operationId);
        }
    }

    private async Task HearEntity(string operationId)
    {
        var standing = await Seller.GetEntity(CancellationToken.None);
        if (InstallationRules.Heard(_state!, standing) is { } command && !Log.Knows(operationId))
        {
            var decision = InstallationRules.Decide(_state, command, new DecisionContext(_id, _plugin!, time.GetUtcNow()));
            await Record(decision.Value, new Initiator(Marketplace, operationId));
        }
    }

    /// <summary>
    /// What an operation was answered with when it was carried out, whatever happened since; refused if it was another command.
    /// </summary>
    private async Task<Outcome<InstallationAnswer>> FirstAnswer(
        string operationId, InstallationCommand command, PluginProfile plugin, CancellationToken cancellationToken)
    {
        var followUp = $"{operationId}→entity";
        var last = Log.VersionAfter(Log.Knows(followUp) ? followUp : operationId);
        var (state, created, at) = ((Installation?)null, false, time.GetUtcNow());
        await foreach (var fact in journal.Read(this.GetPrimaryKeyString(), 0, cancellationToken))
        {
            if (fact.Version > last)
            {
                break;
            }

            var happened = InstallationEvent.Decode(fact.Type, fact.Payload);
            if (fact.OperationId == operationId && !InstallationRules.IsAnswerTo(happened, command))
            {
                return QuotaRefusals.ReusedKey();
            }

            state = Installation.Evolve(state, happened, fact.At, fact.Actor);
            created |= happened is InstallationEvent.Enabled or InstallationEvent.EnablementStarted && fact.OperationId == operationId;
            at = fact.At;
        }

        return Answer(state!, plugin, created, at);
    }

    private async Task Push()
    {
        if (_state is not null && _plugin is not null)
        {
            var entitlement = Entitlements.Of(_state, _plugin);
            await Quota.Entitle(entitlement);
            await GrainFactory.GetDelivery(_id).Entitle(entitlement);
        }
    }

    /// <summary>The fact may be durable although nobody said so. Counter and installation both start from what is written.</summary>
    private void StartAnew()
    {
        Quota.Reload().AsTask().Ignore();
        GrainFactory.GetDelivery(_id).Reload().Ignore();
        DeactivateOnIdle();
    }

    /// <summary>The plugin by which a command is decided: as it is now, where that matters.</summary>
    private async Task<PluginProfile?> PluginFor(InstallationCommand command, CancellationToken cancellationToken)
    {
        if (_plugin is null)
        {
            await LoadPlugin(cancellationToken);
        }

        if (_plugin is not null && command is (InstallationCommand.Enable or InstallationCommand.Consent or InstallationCommand.ChangeGrants))
        {
            // Noted before the plugin is read: a change of the plugin that is not read here finds this installation.
            await GrainFactory.GetGrain<IPluginSellersGrain>(PluginSellerShards.KeyOf(_id.Plugin, _id.Seller)).Add(_id.Seller);
            await LoadPlugin(cancellationToken);
        }

        return _plugin;
    }

    private async Task LoadPlugin(CancellationToken cancellationToken) => _plugin = await ReadPlugin(cancellationToken);

    private Task<PluginProfile?> ReadPlugin(CancellationToken cancellationToken) =>
        GrainFactory.GetGrain<IPluginGrain>(GrainKeys.Of(_id.Plugin)).Get(cancellationToken);

    private void Fold(JournalFact fact) =>
        _state = Installation.Evolve(_state, InstallationEvent.Decode(fact.Type, fact.Payload), fact.At, fact.Actor);

    private InstallationAnswer? Answer(bool created) =>
        _state is null || _plugin is null ? null : Answer(_state, _plugin, created, time.GetUtcNow());

    private InstallationAnswer Answer(Installation state, PluginProfile plugin, bool created, DateTimeOffset at) =>
        new(_id, state, plugin.Scopes, created, at, state.PendingScopes(plugin));
}

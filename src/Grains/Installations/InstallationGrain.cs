using System.Collections.Immutable;
using Marketplace.Audit;
using Marketplace.Catalogue;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Sellers;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Installations;

/// <summary>
/// Decides, appends facts, folds them, pushes the entitlement to the quota grain, answers. A crash between append and push is healed
/// because the quota grain asks for the entitlement whenever it starts.
/// </summary>
[GrainType("installation")]
internal sealed class InstallationGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IInstallationGrain
{
    private InstallationId _id;
    private EntityLog? _log;
    private Installation? _state;
    private PluginProfile? _plugin;

    private IQuotaGrain Quota => GrainFactory.GetGrain<IQuotaGrain>(GrainKeys.Quota(_id));

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
        if (_plugin is null || command is InstallationCommand.Enable)
        {
            await LoadPlugin(cancellationToken);
        }

        if (_plugin is null)
        {
            return InstallationRefusals.UnknownPlugin(_id.Plugin);
        }

        if (!Log.Knows(by.OperationId))
        {
            var decision = InstallationRules.Decide(_state, command, new DecisionContext(_id, _plugin, time.GetUtcNow()));
            if (decision.Refusal is { } refusal)
            {
                return refusal;
            }

            return await Carry(decision.Value, command, by);
        }

        // A repeat: the facts are there, but the push may have been lost with the first answer.
        await Push();
        return await FirstAnswer(by.OperationId, command, _plugin, cancellationToken);
    }

    public Task<InstallationAnswer?> Get(CancellationToken cancellationToken) => Task.FromResult(Answer(created: false));

    public Task<Entitlement?> GetEntitlement(CancellationToken cancellationToken) =>
        Task.FromResult(_state is null || _plugin is null ? null : Entitlements.Of(_state, _plugin));

    public async Task<ConsentDocument?> GetConsent(CancellationToken cancellationToken)
    {
        var plugin = _plugin ?? await ReadPlugin(cancellationToken);
        return plugin is null ? null : ConsentDocument.Of(_id, _state, plugin, time.GetUtcNow());
    }

    public async Task Refresh(CancellationToken cancellationToken)
    {
        await LoadPlugin(cancellationToken);
        await Push();
    }

    private async Task<Outcome<InstallationAnswer>> Carry(
        ImmutableArray<InstallationEvent> events, InstallationCommand command, Initiator by)
    {
        try
        {
            if (command is InstallationCommand.Enable)
            {
                // Before the fact: a bill looks where this index points, so an entry too many is harmless and one too few is not.
                await GrainFactory.GetGrain<ISellerGrain>(GrainKeys.Of(_id.Seller)).AddPlugin(_id.Plugin, by, CancellationToken.None);
            }

            if (events.Length > 0)
            {
                var facts = await Log.Append(by, events.Select(happened => (happened.Type, happened.Encode())));
                foreach (var fact in facts)
                {
                    Fold(fact);
                }
            }

            await Push();
        }
        catch (Exception)
        {
            // The fact may be durable although nobody said so. Counter and installation both start from what is written.
            Quota.Reload().AsTask().Ignore();
            DeactivateOnIdle();
            throw;
        }

        return Answer(created: events.Any(happened => happened is InstallationEvent.EnablementStarted))!;
    }

    /// <summary>
    /// What an operation was answered with when it was carried out, whatever happened since; refused if it was another command.
    /// </summary>
    private async Task<Outcome<InstallationAnswer>> FirstAnswer(
        string operationId, InstallationCommand command, PluginProfile plugin, CancellationToken cancellationToken)
    {
        var (state, created, at, last) = ((Installation?)null, false, time.GetUtcNow(), Log.VersionAfter(operationId));
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
            await Quota.Entitle(Entitlements.Of(_state, _plugin));
        }
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

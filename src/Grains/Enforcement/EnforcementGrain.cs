using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Enforcement;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Listings;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Enforcement;

/// <summary>
/// The facts are the decision. What follows from them is carried out right after, and again by the relay of the same facts until the
/// register has that it is complete, so a crash in between only delays it.
/// </summary>
[GrainType("enforcement")]
internal sealed class EnforcementGrain(
    IJournal journal,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IEnforcementGrain
{
    private const string Listings = "listing/";

    private EventSourcedEntity<EnforcementRegister> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            EnforcementRegister.Empty,
            static (register, fact) => register.After(EnforcementEvent.Decode(fact.Type, fact.Payload), fact.At, fact.Actor)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public async Task<Outcome<EnforcementAction>> Execute(EnforcementCommand command, Initiator by, CancellationToken cancellationToken)
    {
        var (complete, missing) = await Complete(command, cancellationToken);
        if (missing is not null)
        {
            return missing;
        }

        var ruling = await RulingFor(complete, by, cancellationToken);
        var done = await Entity.Execute(
            by,
            new EntityCommand<EnforcementRegister, EnforcementEvent>
            {
                Decide = register => EnforcementRules.Decide(register, complete, ruling),
                Fingerprint = complete.Fingerprint,
                Nothing = new EnforcementEvent.NothingChanged(),
            },
            cancellationToken
        );
        if (done.Refusal is { } refusal)
        {
            return refusal;
        }

        // Also after a repeat: the first request may have failed after its facts.
        await Entity.EndOnFailure(CarryOut);
        return ActionOf(complete, done.Value.State);
    }

    public Task Resume(CancellationToken cancellationToken) => Entity.EndOnFailure(CarryOut);

    public Task<ImmutableArray<EnforcementAction>> List(CancellationToken cancellationToken) => Task.FromResult(Entity.State.Actions);

    public async Task<ImmutableArray<PluginId>> FindPlugins(DeveloperId developer, CancellationToken cancellationToken)
    {
        // Facts are sorted by entity, so those of the listings are one range of the journal.
        var plugins = ImmutableArray.CreateBuilder<PluginId>();
        await foreach (var fact in journal.ReadAll(Listings, 0, cancellationToken))
        {
            if (!fact.Entity.StartsWith(Listings, StringComparison.Ordinal))
            {
                break;
            }

            if (
                fact.Version == 1
                && ListingEvent.Decode(fact.Type, fact.Payload) is ListingEvent.Created created
                && created.Developer == developer.Value
            )
            {
                plugins.Add(GrainKeys.Parse<PluginId>(fact.Entity));
            }
        }

        return plugins.ToImmutable();
    }

    /// <summary>The command with what it concerns, or why that does not exist.</summary>
    private async Task<(EnforcementCommand Command, Refusal? Missing)> Complete(
        EnforcementCommand command,
        CancellationToken cancellationToken
    ) =>
        command switch
        {
            EnforcementCommand.Confirm confirm when Entity.State.Find(confirm.Number)?.Grounds.Developer is { } developer => (
                confirm with
                {
                    Plugins = await FindPlugins(developer, cancellationToken),
                },
                null
            ),
            EnforcementCommand.Decide { Grounds.Kind: EnforcementKind.Warning or EnforcementKind.Freeze } decide => await OfDeveloper(
                decide,
                cancellationToken
            ),
            EnforcementCommand.Decide { Grounds.Plugins.Length: 1 } decide => await OfPlugin(decide, cancellationToken),
            _ => (command, null),
        };

    private async Task<(EnforcementCommand Command, Refusal? Missing)> OfDeveloper(
        EnforcementCommand.Decide decide,
        CancellationToken cancellationToken
    )
    {
        if (decide.Grounds.Developer is not { } developer || await Developer(developer).Get(cancellationToken) is null)
        {
            return (decide, DeveloperRefusals.NotFound());
        }

        var plugins = decide.Grounds.Kind == EnforcementKind.Freeze ? await FindPlugins(developer, cancellationToken) : [];
        return (decide with { Grounds = decide.Grounds with { Plugins = plugins } }, null);
    }

    private async Task<(EnforcementCommand Command, Refusal? Missing)> OfPlugin(
        EnforcementCommand.Decide decide,
        CancellationToken cancellationToken
    )
    {
        var plugin = decide.Grounds.Plugins[0];
        var listing = await Listing(plugin).Get(cancellationToken);
        var missing =
            await Plugin(plugin).Get(cancellationToken) is null ? InstallationRefusals.UnknownPlugin(plugin)
            : decide.Grounds.Version is { } hash && listing?.Find(hash) is null ? ListingRefusals.VersionNotFound()
            : null;
        return (decide with { Grounds = decide.Grounds with { Developer = listing?.Developer } }, missing);
    }

    private async Task<EnforcementRuling> RulingFor(EnforcementCommand command, Initiator by, CancellationToken cancellationToken)
    {
        var developer = command is EnforcementCommand.Appeal appeal ? await Developer(appeal.Developer).Get(cancellationToken) : null;
        var now = time.GetUtcNow();
        return new EnforcementRuling(now, calendar.DayOf(now), by.Actor, by.Role, developer);
    }

    private async Task CarryOut()
    {
        foreach (var action in Entity.State.Actions.Where(static action => !action.IsCarriedOut))
        {
            await CarryOut(action);
            await Entity.Append(
                Initiator.OfMarketplace(OperationId.Internal("carried-out", Entity.Version)),
                new EnforcementEvent.CarriedOut(action.Number)
            );
        }
    }

    private async Task CarryOut(EnforcementAction action)
    {
        var (grounds, notice, isInForce) = (action.Grounds, action.Notice!, action.State == EnforcementState.InForce);
        var by = Initiator.OfMarketplace(OperationId.Internal(isInForce ? "enforce" : "lift", notice)) with { Role = ActorRole.Platform };

        // Before the plugins: from then on none of them gets a token.
        if (grounds is { Kind: EnforcementKind.Warning or EnforcementKind.Freeze, Developer: { } developer })
        {
            await SetStanding(developer, notice, by);
        }

        if (grounds.Kind == EnforcementKind.Warning)
        {
            return;
        }

        await Task.WhenAll(grounds.Plugins.Select(plugin => Set(plugin, action, isInForce, by)));
        if (grounds is { Kind: EnforcementKind.VersionSuspension, Version: { } hash })
        {
            ListingCommand command = isInForce
                ? new ListingCommand.SuspendVersion(hash, notice)
                : new ListingCommand.ReinstateVersion(hash, notice);
            Require(await Listing(grounds.Plugins[0]).Execute(command, by, CancellationToken.None));
        }
    }

    private async Task SetStanding(DeveloperId developer, string notice, Initiator by)
    {
        var (standing, behind) = Entity.State.StandingOf(developer);

        // The standing may have become another one since the action was decided, and is then another operation.
        var operation = OperationId.Internal("standing", notice, DeveloperRefusals.Text(standing), behind ?? "none");
        var command = new DeveloperCommand.SetStanding(standing, behind ?? notice);
        Require(await Developer(developer).Execute(command, by with { OperationId = operation }, CancellationToken.None));
    }

    private async Task Set(PluginId plugin, EnforcementAction action, bool isInForce, Initiator by)
    {
        var (grounds, notice) = (action.Grounds, action.Notice!);
        if (!isInForce)
        {
            await Plugin(plugin).Unblock(new PluginUnblocked(notice), by, CancellationToken.None);
        }
        else if (grounds.Kind != EnforcementKind.VersionSuspension || await IsInUse(plugin, grounds.Version))
        {
            var kind = BlockOf(grounds.Kind);
            var block = new PluginBlocked(notice, kind, grounds.Version, grounds.Advice.Zh, grounds.Advice.En);
            await Plugin(plugin).Block(block, by, CancellationToken.None);
        }
    }

    // Of a version that is not in use the listing alone decides; a block would tell all sellers that the plugin was stopped.
    private async Task<bool> IsInUse(PluginId plugin, string? version) =>
        (await Plugin(plugin).Get(CancellationToken.None))?.Listing?.Manifest == version;

    // A refusal would be a fault of the rules here; without the exception the action would count as carried out.
    private static void Require<T>(Outcome<T> outcome)
    {
        if (outcome.Refusal is { } refusal)
        {
            throw new InvalidOperationException($"An action of the register cannot be carried out: {refusal.Code}.");
        }
    }

    private static PluginBlockKind BlockOf(EnforcementKind kind) =>
        kind switch
        {
            EnforcementKind.Freeze => PluginBlockKind.DeveloperFrozen,
            EnforcementKind.Delisting => PluginBlockKind.Delisted,
            EnforcementKind.VersionSuspension => PluginBlockKind.VersionSuspended,
            _ => throw new InvalidOperationException($"{kind} stops no plugin."),
        };

    private static EnforcementAction ActionOf(EnforcementCommand command, EnforcementRegister register) =>
        command switch
        {
            EnforcementCommand.Decide => register.Actions[^1],
            EnforcementCommand.Confirm confirm => register.Find(confirm.Number)!,
            EnforcementCommand.Withdraw withdraw => register.Find(withdraw.Number)!,
            EnforcementCommand.Lift lift => register.Find(lift.Number)!,
            EnforcementCommand.Appeal appeal => register.Find(appeal.Notice)!,
            EnforcementCommand.RejectAppeal reject => register.Find(reject.Number)!,
            _ => throw new InvalidOperationException($"No action for {command.GetType().Name}."),
        };

    private IDeveloperGrain Developer(DeveloperId developer) => GrainFactory.GetGrain<IDeveloperGrain>(GrainKeys.Of(developer));

    private IPluginGrain Plugin(PluginId plugin) => GrainFactory.GetGrain<IPluginGrain>(GrainKeys.Of(plugin));

    private IListingGrain Listing(PluginId plugin) => GrainFactory.GetGrain<IListingGrain>(GrainKeys.Listing(plugin));
}

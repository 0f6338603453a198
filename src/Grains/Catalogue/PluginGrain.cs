using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Enforcement;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Catalogue;

[GrainType("plugin")]
internal sealed class PluginGrain(
    IJournal journal,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, IPluginGrain
{
    private EventSourcedEntity<PluginProfile?> Entity =>
        field ??= new(journal, this.GetPrimaryKeyString(), time, _ => DeactivateOnIdle(), null, PluginProfile.Evolve);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public Task<PluginProfile?> Get(CancellationToken cancellationToken) => Task.FromResult(Entity.State);

    public async Task Register(PluginProfile profile, Initiator by, CancellationToken cancellationToken)
    {
        if (!await Entity.HasCarriedOut(by.OperationId, cancellationToken))
        {
            await Entity.Append(by, profile);
        }
    }

    public async Task<Outcome<PriceVersion>> AnnouncePrices(AnnouncePrices command, Initiator by, CancellationToken cancellationToken)
    {
        var done = await Entity.Execute(
            by,
            new EntityCommand<PluginProfile?, PriceAnnounced>
            {
                Decide = state => Decide(state, command),
                Fingerprint = command.Fingerprint,
            },
            cancellationToken
        );
        if (done.Refusal is { } refusal)
        {
            return refusal;
        }

        var announced = done.Value.Repeated is { } first ? PriceAnnounced.Decode(first.Facts[0].Payload) : done.Value.Events[0];
        return done.Value.State!.PriceChanges.First(version => version.Book.Version == announced.Version);
    }

    public Task Block(PluginBlocked block, Initiator by, CancellationToken cancellationToken) =>
        Entity.State is { } plugin && !IsBlocked(plugin, block.Notice) ? Entity.Append(by, block) : Task.CompletedTask;

    public Task Unblock(PluginUnblocked unblock, Initiator by, CancellationToken cancellationToken) =>
        Entity.State is { } plugin && IsBlocked(plugin, unblock.Notice) ? Entity.Append(by, unblock) : Task.CompletedTask;

    private static bool IsBlocked(PluginProfile plugin, string notice) => plugin.Blocks.Any(block => block.Notice == notice);

    private Outcome<ImmutableArray<PriceAnnounced>> Decide(PluginProfile? state, AnnouncePrices command)
    {
        if (state is null)
        {
            return InstallationRefusals.UnknownPlugin(GrainKeys.Parse<PluginId>(this.GetPrimaryKeyString()));
        }

        var announced = state.PriceSchedule.Announce(command, calendar, time.GetUtcNow());
        return announced.Refusal is { } refusal ? refusal : ImmutableArray.Create(announced.Value!);
    }
}

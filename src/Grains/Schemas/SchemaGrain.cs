using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Schemas;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Schemas;

[GrainType("schema")]
internal sealed class SchemaGrain(
    IJournal journal,
    SchemaVersions versions,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, ISchemaGrain
{
    private EventSourcedEntity<SchemaAnnouncements> Entity =>
        field ??= new(
            journal,
            this.GetPrimaryKeyString(),
            time,
            _ => DeactivateOnIdle(),
            SchemaAnnouncements.None,
            static (announced, fact) => announced.After(fact)
        );

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Entity.Load(cancellationToken);

    public Task<ImmutableArray<SchemaVersionStatus>> GetVersions(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<SchemaVersionStatus>>([.. versions.All.Select(StatusOf)]);

    public async Task<Outcome<SchemaVersionStatus>> Announce(string version, Initiator by, CancellationToken cancellationToken)
    {
        var decision = Entity.State.Decide(versions, version, by.OperationId);
        if (decision.Refusal is { } refusal)
        {
            return refusal;
        }

        await Entity.Append(by, decision.Value.Select(announced => new EncodedEvent(announced.Type, announced.Payload)));
        return StatusOf(versions.Find(version)!);
    }

    public async Task<Outcome<SchemaBoard>> GetBoard(string version, CancellationToken cancellationToken)
    {
        if (versions.Find(version) is null)
        {
            return SchemaRefusals.Unknown(versions.Names);
        }

        var plugins = await GrainFactory.GetGrain<IPluginsGrain>(GrainKeys.Plugins()).List(cancellationToken);
        return SchemaBoard.Of(version, Entity.State.Of(version), plugins, time.GetUtcNow());
    }

    private SchemaVersionStatus StatusOf(SchemaVersion version)
    {
        var announced = Entity.State.Of(version.Version);
        var later = Entity.State.All.Values.Where(other => string.CompareOrdinal(other.Version, version.Version) > 0).ToArray();
        return new SchemaVersionStatus(
            version.Version,
            version == versions.Current,
            announced?.At,
            announced?.DueAt,
            version.RetiresAt,
            later.Length == 0 ? null : later.Min(other => other.At).AddMonths(SchemaAnnouncements.ServedMonths)
        );
    }
}

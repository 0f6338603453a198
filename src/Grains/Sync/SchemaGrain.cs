using System.Collections.Immutable;
using Marketplace.Audit;
using Marketplace.Catalogue;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Marketplace.Sync;
using Marketplace.Sync.Schemas;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Sync;

[GrainType("schema")]
internal sealed class SchemaGrain(
    IJournal journal, SchemaVersions versions, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, ISchemaGrain
{
    private EntityLog? _log;
    private SchemaAnnouncements _announced = SchemaAnnouncements.None;

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Log.Load(Fold, cancellationToken);

    public Task<ImmutableArray<SchemaVersionStatus>> GetVersions(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<SchemaVersionStatus>>([.. versions.All.Select(StatusOf)]);

    public async Task<Outcome<SchemaVersionStatus>> Announce(string version, Initiator by, CancellationToken cancellationToken)
    {
        var decision = _announced.Decide(versions, version, by.OperationId);
        if (decision.Refusal is { } refusal)
        {
            return refusal;
        }

        if (!decision.Value.IsEmpty)
        {
            try
            {
                (await Log.Append(by, decision.Value)).ToList().ForEach(Fold);
            }
            catch (StoreUnavailableException)
            {
                DeactivateOnIdle();
                throw;
            }
        }

        return StatusOf(versions.Find(version)!);
    }

    public async Task<Outcome<SchemaBoard>> GetBoard(string version, CancellationToken cancellationToken)
    {
        if (versions.Find(version) is null)
        {
            return SchemaRefusals.Unknown(versions.Names);
        }

        var plugins = await GrainFactory.GetGrain<IPluginsGrain>(GrainKeys.Plugins()).List(cancellationToken);
        return SchemaBoard.Of(version, _announced.Of(version), plugins, time.GetUtcNow());
    }

    private SchemaVersionStatus StatusOf(SchemaVersion version)
    {
        var announced = _announced.Of(version.Version);
        var later = _announced.All.Values.Where(other => string.CompareOrdinal(other.Version, version.Version) > 0).ToArray();
        return new SchemaVersionStatus(
            version.Version,
            version == versions.Current,
            announced?.At,
            announced?.DueAt,
            version.RetiresAt,
            later.Length == 0 ? null : later.Min(other => other.At).AddMonths(SchemaAnnouncements.ServedMonths));
    }

    private void Fold(JournalFact fact) => _announced = _announced.After(fact);
}

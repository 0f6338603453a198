using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Grains.Ports;
using Marketplace.Journal;

namespace Marketplace.Grains.Catalogue;

[GrainType("plugins")]
internal sealed class PluginsGrain(IJournal journal) : Grain, IPluginsGrain
{
    private const string Prefix = "plugin/";

    private readonly SortedDictionary<string, PluginStatus> _plugins = new(StringComparer.Ordinal);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Facts are sorted by entity, so those of the plugins are one range of the journal.
        await foreach (var fact in journal.ReadAll(Prefix, 0, cancellationToken))
        {
            if (!fact.Entity.StartsWith(Prefix, StringComparison.Ordinal))
            {
                break;
            }

            Fold(fact);
        }
    }

    public Task<ImmutableArray<PluginStatus>> List(CancellationToken cancellationToken) =>
        Task.FromResult(_plugins.Values.ToImmutableArray());

    public Task Apply(JournalFact fact)
    {
        Fold(fact);
        return Task.CompletedTask;
    }

    private void Fold(JournalFact fact)
    {
        if (PluginStatus.After(_plugins.GetValueOrDefault(fact.Entity), fact) is { } status)
        {
            _plugins[fact.Entity] = status;
        }
    }
}

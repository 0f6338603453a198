using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Grains.Ports;

namespace Marketplace.StoreFakes;

/// <summary>The catalogue in memory.</summary>
public sealed class InMemoryCatalogueIndex : ICatalogueIndex
{
    private readonly Lock _lock = new();
    private readonly Dictionary<PluginId, (CatalogueRow Row, CatalogueWords Words)> _rows = [];
    private long _revision;

    public Task Put(IReadOnlyList<NewCatalogueEntry> entries, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var entry in entries)
            {
                var before = _rows.GetValueOrDefault(entry.Entry.Plugin).Row;
                _revision++;
                if (before is null || (entry.Version, CatalogueEntry.Format).CompareTo((before.Version, before.Format)) > 0)
                {
                    var measures = before?.Measures ?? PluginMeasures.None;
                    var row = new CatalogueRow(entry.Entry, measures, CatalogueEntry.Format, entry.Version, _revision);
                    _rows[entry.Entry.Plugin] = (row, entry.Words);
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task Measure(IReadOnlyDictionary<PluginId, PluginMeasures> measures, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            foreach (var (plugin, measured) in measures)
            {
                _revision++;
                if (_rows.TryGetValue(plugin, out var before))
                {
                    _rows[plugin] = (before.Row with { Measures = measured, Revision = _revision }, before.Words);
                }
            }
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<CatalogueRow>> ReadChanges(long afterRevision, int limit, CancellationToken cancellationToken) =>
        Rows(rows => rows.Where(row => row.Revision > afterRevision).OrderBy(row => row.Revision).Take(limit));

    public Task<IReadOnlyList<CatalogueRow>> Read(IReadOnlyCollection<PluginId> plugins, CancellationToken cancellationToken) =>
        Rows(rows => rows.Where(row => plugins.Contains(row.Entry.Plugin)));

    public Task<IReadOnlyDictionary<string, CatalogueMatch>> Find(IReadOnlyCollection<string> words, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyDictionary<string, CatalogueMatch>>(
                _rows
                    .Values.Where(row => words.All(word => row.Words.Text.Contains(word)))
                    .ToDictionary(row => row.Row.Entry.Plugin.Value, row => MatchOf(row.Words, words), StringComparer.Ordinal)
            );
        }
    }

    private static CatalogueMatch MatchOf(CatalogueWords has, IReadOnlyCollection<string> words) =>
        words.All(word => has.Name.Contains(word)) ? CatalogueMatch.Name
        : words.All(word => has.Summary.Contains(word)) ? CatalogueMatch.Summary
        : CatalogueMatch.Text;

    private Task<IReadOnlyList<CatalogueRow>> Rows(Func<IEnumerable<CatalogueRow>, IEnumerable<CatalogueRow>> select)
    {
        lock (_lock)
        {
            return Task.FromResult<IReadOnlyList<CatalogueRow>>([.. select(_rows.Values.Select(row => row.Row))]);
        }
    }
}

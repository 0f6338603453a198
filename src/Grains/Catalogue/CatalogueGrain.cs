using System.Collections.Immutable;
using System.Diagnostics;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Grains.Ports;
using Orleans.Concurrency;

namespace Marketplace.Grains.Catalogue;

[GrainType("catalogue")]
[StatelessWorker(1)]
internal sealed class CatalogueGrain(ICatalogueIndex index) : Grain, ICatalogueGrain
{
    private const int PageRows = 500;

    private readonly CatalogueTable _table = new();
    private Task _refresh = Task.CompletedTask;
    private long _revision;
    private long _refreshedAt;

    public async Task<CataloguePage> Search(CatalogueQuery query, CancellationToken cancellationToken)
    {
        await EnsureFresh(cancellationToken);
        var matches = query.Text is { } text ? await Find(text, cancellationToken) : null;
        var revision = _revision;
        var selection = _table.Select(query, matches);
        return new CataloguePage(
            await ReadItems(selection.Page, cancellationToken),
            selection.HasMore ? selection.Page[^1] : null,
            selection.Total,
            selection.Facets,
            revision
        );
    }

    public async Task<CatalogueItem?> Get(PluginId plugin, CancellationToken cancellationToken)
    {
        // Not by the table: whether a row is visible is in the row itself.
        await EnsureFresh(cancellationToken);
        var rows = await index.Read([plugin], cancellationToken);
        return rows is [{ Entry.Visible: true } row] ? new CatalogueItem(row.Entry, row.Measures) : null;
    }

    /// <summary>Text without a word that can be searched for, such as punctuation, is found nowhere.</summary>
    private async Task<IReadOnlyDictionary<string, CatalogueMatch>> Find(string text, CancellationToken cancellationToken) =>
        SearchWords.OfQuery(text) is { IsEmpty: false } words
            ? await index.Find(words, cancellationToken)
            : ImmutableDictionary<string, CatalogueMatch>.Empty;

    private async Task<ImmutableArray<CatalogueItem>> ReadItems(ImmutableArray<CataloguePlace> places, CancellationToken cancellationToken)
    {
        if (places.IsEmpty)
        {
            return [];
        }

        var rows = await index.Read([.. places.Select(place => PluginId.Parse(place.Plugin, null))], cancellationToken);
        var byPlugin = rows.ToDictionary(row => row.Entry.Plugin.Value, StringComparer.Ordinal);
        return
        [
            .. places
                .Select(place => byPlugin.GetValueOrDefault(place.Plugin))
                .OfType<CatalogueRow>()
                .Select(row => new CatalogueItem(row.Entry, row.Measures)),
        ];
    }

    /// <summary>One refresh serves all requests that wait for it; a request's end must not end it for the others.</summary>
    private Task EnsureFresh(CancellationToken cancellationToken)
    {
        if (
            _refresh.IsCompleted
            && (_refreshedAt == 0 || Stopwatch.GetElapsedTime(_refreshedAt).TotalMilliseconds >= ICatalogueGrain.FreshnessMs)
        )
        {
            _refresh = Refresh();
        }

        return _refresh.WaitAsync(cancellationToken);
    }

    private async Task Refresh()
    {
        if (_revision == 0)
        {
            await GrainFactory.GetGrain<ICatalogueProjectionGrain>(GrainKeys.CatalogueProjection()).EnsureBuilt(CancellationToken.None);
        }

        var at = Stopwatch.GetTimestamp();
        IReadOnlyList<CatalogueRow> rows;
        do
        {
            rows = await index.ReadChanges(_revision, PageRows, CancellationToken.None);
            foreach (var row in rows)
            {
                _table.Put(row.Entry, row.Measures);
                _revision = row.Revision;
            }
        } while (rows.Count == PageRows);

        _refreshedAt = at;
    }
}

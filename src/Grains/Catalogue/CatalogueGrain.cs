using System.Collections.Immutable;
using System.Diagnostics;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Grains.Ports;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;

namespace Marketplace.Grains.Catalogue;

[GrainType("catalogue")]
[StatelessWorker(1)]
internal sealed class CatalogueGrain(
    ICatalogueIndex index,
    MarketCalendar calendar,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
) : Grain, ICatalogueGrain
{
    private const int PageRows = 500;
    private const int ReadAtOnce = 100;

    // A counter of changes takes far fewer; above them is the day, because prices change with it and no row does.
    private const int RevisionBits = 40;

    private readonly CatalogueTable _table = new();

    // Plugins with prices for a later day than the table's.
    private readonly HashSet<PluginId> _announced = [];
    private DateOnly _day;
    private Task _refresh = Task.CompletedTask;
    private long _revision;
    private long _refreshedAt;

    private long Revision => ((long)_day.DayNumber << RevisionBits) | _revision;

    public async Task<CataloguePage> Search(CatalogueQuery query, CancellationToken cancellationToken)
    {
        await EnsureFresh(cancellationToken);
        if (query.Known == Revision)
        {
            return new CataloguePage([], null, 0, [], query.Known);
        }

        var matches = query.Text is { } text ? await Find(text, cancellationToken) : null;
        var revision = Revision;
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
        return rows is [{ Entry.IsShown: true } row] ? ItemOf(row) : null;
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
                // One may have been hidden since it was found.
                .Where(row => row.Entry.IsShown)
                .Select(ItemOf),
        ];
    }

    private CatalogueItem ItemOf(CatalogueRow row) => new(row.Entry.On(_day), row.Measures);

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
        await BeginDay(calendar.DayOf(time.GetUtcNow()));
        IReadOnlyList<CatalogueRow> rows;
        do
        {
            rows = await index.ReadChanges(_revision, PageRows, CancellationToken.None);
            foreach (var row in rows)
            {
                Put(row, _day);
                _revision = row.Revision;
            }
        } while (rows.Count == PageRows);

        _refreshedAt = at;
    }

    /// <summary>Puts the plugins again whose announced prices may be in force by now.</summary>
    private async Task BeginDay(DateOnly day)
    {
        // Never back to an earlier day: a clock that lags must not bring back its prices.
        if (day <= _day)
        {
            return;
        }

        foreach (var plugins in _announced.ToArray().Chunk(ReadAtOnce))
        {
            foreach (var row in await index.Read(plugins, CancellationToken.None))
            {
                Put(row, day);
            }
        }

        _day = day;
    }

    private void Put(CatalogueRow row, DateOnly day)
    {
        var entry = row.Entry.On(day);
        _table.Put(entry, row.Measures);
        if (entry.PriceChanges.IsEmpty)
        {
            _announced.Remove(entry.Plugin);
        }
        else
        {
            _announced.Add(entry.Plugin);
        }
    }
}

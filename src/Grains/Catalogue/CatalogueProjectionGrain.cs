using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Grains.Ports;
using Marketplace.Journal;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Catalogue;

[GrainType("catalogue-projection")]
internal sealed partial class CatalogueProjectionGrain(ICatalogueIndex index, IJournal journal, ILogger<CatalogueProjectionGrain> logger)
    : Grain,
        ICatalogueProjectionGrain
{
    private const string Prefix = "plugin/";
    private const int PutAtOnce = 50;
    private const int RowsOfPage = 500;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await IsIncomplete(cancellationToken))
        {
            await Build(cancellationToken);
        }
    }

    public Task EnsureBuilt(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task Apply(JournalFact fact, CancellationToken cancellationToken)
    {
        var rows = await index.Read([GrainKeys.Parse<PluginId>(fact.Entity)], cancellationToken);
        var before = rows is [var row] ? row : null;
        if (fact.Version <= (before?.Version ?? 0))
        {
            return;
        }

        // A silo of an earlier release may have written it since the rows were made.
        var known = before is { Format: < CatalogueEntry.Format } ? await FoldBefore(fact, cancellationToken) : before?.Entry;
        if (After(known, fact) is { } entry)
        {
            await index.Put([EntryOf(entry, fact.Version)], cancellationToken);
        }
    }

    private async Task<CatalogueEntry?> FoldBefore(JournalFact fact, CancellationToken cancellationToken)
    {
        CatalogueEntry? entry = null;
        await foreach (var earlier in journal.Read(fact.Entity, 0, cancellationToken))
        {
            if (earlier.Version >= fact.Version)
            {
                break;
            }

            entry = After(entry, earlier);
        }

        return entry;
    }

    /// <summary>Folds a fact; one that cannot be read is skipped, because it must not close the catalogue of all other plugins.</summary>
    private CatalogueEntry? After(CatalogueEntry? before, JournalFact fact)
    {
        try
        {
            return CatalogueEntry.After(before, fact);
        }
        catch (Exception e)
        {
            LogUnreadable(e, fact.Entity, fact.Version);
            return before;
        }
    }

    /// <summary>True for an empty table, one of an earlier format, and one that was left half made.</summary>
    private async Task<bool> IsIncomplete(CancellationToken cancellationToken)
    {
        var (revision, last) = (0L, string.Empty);
        IReadOnlyList<CatalogueRow> rows;
        do
        {
            rows = await index.ReadChanges(revision, RowsOfPage, cancellationToken);
            if (rows.Any(row => row.Format < CatalogueEntry.Format))
            {
                return true;
            }

            foreach (var row in rows)
            {
                revision = row.Revision;
                last = string.CompareOrdinal(row.Entry.Plugin.Value, last) > 0 ? row.Entry.Plugin.Value : last;
            }
        } while (rows.Count == RowsOfPage);

        // Plugins are built in the order of their ids, so what an interrupted build lacks comes after the last one.
        await foreach (var fact in journal.ReadAll(Prefix + last, long.MaxValue, cancellationToken))
        {
            return fact.Entity.StartsWith(Prefix, StringComparison.Ordinal);
        }

        return false;
    }

    private async Task Build(CancellationToken cancellationToken)
    {
        var batch = new List<NewCatalogueEntry>(PutAtOnce);
        (CatalogueEntry? Entry, string Entity, long Version) current = default;
        await foreach (var fact in journal.ReadAll(Prefix, 0, cancellationToken))
        {
            if (!fact.Entity.StartsWith(Prefix, StringComparison.Ordinal))
            {
                break;
            }

            if (fact.Entity != current.Entity)
            {
                await Add(batch, current.Entry, current.Version, PutAtOnce, cancellationToken);
                current = default;
            }

            current = (After(current.Entry, fact), fact.Entity, fact.Version);
        }

        await Add(batch, current.Entry, current.Version, 1, cancellationToken);
    }

    private async Task Add(
        List<NewCatalogueEntry> batch,
        CatalogueEntry? entry,
        long version,
        int putAt,
        CancellationToken cancellationToken
    )
    {
        if (entry is not null)
        {
            batch.Add(EntryOf(entry, version));
        }

        if (batch.Count >= putAt)
        {
            await index.Put(batch, cancellationToken);
            batch.Clear();
        }
    }

    private static NewCatalogueEntry EntryOf(CatalogueEntry entry, long version) => new(entry, version, SearchWords.Of(entry));

    [LoggerMessage(Level = LogLevel.Error, Message = "Fact {Version} of {Entity} cannot be read; the catalogue goes without it.")]
    private partial void LogUnreadable(Exception exception, string entity, long version);
}

using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;

namespace Marketplace.Grains.Ports;

/// <summary>
/// The catalogue's entries: a row for each plugin, found by its words. A row that changes gets the next revision, so that whoever keeps a
/// part of the rows in memory reads only what has changed. Made from the journal; it can be emptied and made again.
/// </summary>
public interface ICatalogueIndex
{
    /// <summary>
    /// Adds or replaces entries, all or none; returns after they are durable. An entry that stands already at the same or a later version
    /// of the plugin stays, unless it was made in an earlier format. What was measured stays.
    /// </summary>
    /// <param name="entries">1–100 different plugins.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task Put(IReadOnlyList<NewCatalogueEntry> entries, CancellationToken cancellationToken);

    /// <summary>Replaces what was measured of plugins, all or none; of plugins without an entry nothing is kept.</summary>
    /// <param name="measures">1–100 different plugins.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed.</exception>
    Task Measure(IReadOnlyDictionary<PluginId, PluginMeasures> measures, CancellationToken cancellationToken);

    /// <summary>The next rows by revision; empty at the end.</summary>
    /// <param name="afterRevision">The last revision of the previous page; 0 to begin.</param>
    /// <param name="limit">Maximum number.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<CatalogueRow>> ReadChanges(long afterRevision, int limit, CancellationToken cancellationToken);

    /// <summary>The rows of plugins, in any order; unknown plugins are left out.</summary>
    /// <param name="plugins">1–100 plugins.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<CatalogueRow>> Read(IReadOnlyCollection<PluginId> plugins, CancellationToken cancellationToken);

    /// <summary>The plugins that have all the words, visible or not, and the narrowest part in which they have them.</summary>
    /// <param name="words">1–<see cref="MaxWords"/> different words, as <see cref="CatalogueWords"/> has them.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyDictionary<string, CatalogueMatch>> Find(IReadOnlyCollection<string> words, CancellationToken cancellationToken);

    /// <summary>Words that are searched for at once.</summary>
    const int MaxWords = 24;
}

/// <param name="Entry">The entry.</param>
/// <param name="Version">Version of the plugin's last fact included.</param>
/// <param name="Words">What it is found by.</param>
public sealed record NewCatalogueEntry(CatalogueEntry Entry, long Version, CatalogueWords Words);

/// <summary>The words of an entry: each consists of letters and digits only, in lower case. Each part includes the one before it.</summary>
/// <param name="Name">Of the names.</param>
/// <param name="Summary">Of names and summaries.</param>
/// <param name="Text">Of all texts.</param>
public sealed record CatalogueWords(ImmutableArray<string> Name, ImmutableArray<string> Summary, ImmutableArray<string> Text);

/// <param name="Entry">The entry.</param>
/// <param name="Measures">What was measured last.</param>
/// <param name="Format"><see cref="CatalogueEntry.Format"/> when it was made.</param>
/// <param name="Version">Version of the plugin's last fact included.</param>
/// <param name="Revision">When it was last changed, relative to other rows.</param>
public sealed record CatalogueRow(CatalogueEntry Entry, PluginMeasures Measures, int Format, long Version, long Revision);

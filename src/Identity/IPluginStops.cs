namespace Marketplace.Identity;

/// <summary>The authorization server's access to what the marketplace decided about plugins.</summary>
public interface IPluginStops
{
    /// <summary>Why the clients of a plugin get no tokens now, as a sentence for its developer; null if they get them.</summary>
    /// <param name="plugin">The plugin's id, already well-formed.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    ValueTask<string?> WhyStopped(string plugin, CancellationToken cancellationToken);
}

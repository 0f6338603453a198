namespace Marketplace.Timing;

/// <summary>An entity for which time passing is a cause: something expires, falls due or is reminded of.</summary>
[GrainInterfaceType("timed")]
public interface ITimed : IGrainWithStringKey
{
    /// <summary>
    /// Carries out what is due by now as facts of the entity, each once, and answers when the next thing falls due; null if nothing will
    /// unless somebody acts. May be called at any time and as often as one likes.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing was changed as far as is known; call again.</exception>
    [Alias("tick")]
    Task<DateTimeOffset?> Tick(CancellationToken cancellationToken);
}

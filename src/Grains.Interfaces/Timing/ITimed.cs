namespace Marketplace.Timing;

/// <summary>An entity with time-driven facts: something expires, falls due or needs a reminder.</summary>
[GrainInterfaceType("timed"), Alias("mp.grain.timed")]
public interface ITimed : IGrainWithStringKey
{
    /// <summary>
    /// Records due facts of the entity, each once, and returns its next deadline; null if there is none without another command. May be
    /// called at any time and any number of times.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; call again.</exception>
    [Alias("tick")]
    Task<DateTimeOffset?> Tick(CancellationToken cancellationToken);
}

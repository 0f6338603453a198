namespace Marketplace.Grains;

/// <summary>A log or store does not answer, or its queue is full. The command was not acknowledged; the caller may try again later.</summary>
[GenerateSerializer, Alias("mp.store-unavailable")]
public sealed class StoreUnavailableException : Exception
{
    public StoreUnavailableException()
    {
    }

    public StoreUnavailableException(string message)
        : base(message)
    {
    }

    public StoreUnavailableException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}

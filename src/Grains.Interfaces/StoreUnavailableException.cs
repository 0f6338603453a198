namespace Marketplace;

/// <summary>
/// A log or store is unavailable, or its queue is full. The command was not acknowledged; the caller may retry later. Derives from
/// Orleans's exceptions because any other exception of a grain storage is wrapped into one of them, which callers would take for an
/// internal error.
/// </summary>
[GenerateSerializer, Alias("mp.store-unavailable")]
public sealed class StoreUnavailableException : Orleans.Runtime.OrleansException
{
    public StoreUnavailableException() { }

    public StoreUnavailableException(string message)
        : base(message) { }

    /// <param name="message">The unavailable component.</param>
    /// <param name="innerException">
    /// The cause. It crosses grain calls with this exception; of a database driver's exceptions, which cannot, only type and message are
    /// kept.
    /// </param>
    public StoreUnavailableException(string message, Exception? innerException)
        : base(message, StoreCauseException.Of(innerException)!) { }
}

/// <summary>Replaces a database driver's exception by its type and message, which grain calls can serialize.</summary>
[GenerateSerializer, Alias("mp.store-cause")]
public sealed class StoreCauseException : Exception
{
    public StoreCauseException() { }

    public StoreCauseException(string message)
        : base(message) { }

    public StoreCauseException(string message, Exception? innerException)
        : base(message, Of(innerException)) { }

    /// <summary>The exception itself if grain calls can serialize it, otherwise its replacement.</summary>
    public static Exception? Of(Exception? cause) =>
        cause is null || IsCarried(cause)
            ? cause
            : new StoreCauseException($"{cause.GetType().FullName}: {cause.Message}", cause.InnerException);

    private static bool IsCarried(Exception cause) =>
        cause is StoreUnavailableException or StoreCauseException or Orleans.Runtime.OrleansException
        || (
            cause.GetType().Assembly == typeof(Exception).Assembly
            && cause is not AggregateException
            && (cause.InnerException is null || IsCarried(cause.InnerException))
        );
}

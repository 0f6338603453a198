namespace Marketplace;

/// <summary>
/// A log or store does not answer, or its queue is full. The command was not acknowledged; the caller may try again later. It derives from
/// Orleans's own exceptions because every other one that a grain storage throws is wrapped into one of them, which callers would take for a
/// fault of ours.
/// </summary>
[GenerateSerializer, Alias("mp.store-unavailable")]
public sealed class StoreUnavailableException : Orleans.Runtime.OrleansException
{
    public StoreUnavailableException() { }

    public StoreUnavailableException(string message)
        : base(message) { }

    /// <param name="message">What does not answer.</param>
    /// <param name="innerException">
    /// The cause. It crosses grain calls with this exception, and a database driver's exceptions cannot: of those the type and the message
    /// are kept.
    /// </param>
    public StoreUnavailableException(string message, Exception? innerException)
        : base(message, StoreCauseException.Of(innerException)!) { }
}

/// <summary>Stands for the exception of a database driver: its type and its message, which grain calls can carry.</summary>
[GenerateSerializer, Alias("mp.store-cause")]
public sealed class StoreCauseException : Exception
{
    public StoreCauseException() { }

    public StoreCauseException(string message)
        : base(message) { }

    public StoreCauseException(string message, Exception? innerException)
        : base(message, Of(innerException)) { }

    /// <summary>The exception itself if grain calls can carry all of it, else what stands for it.</summary>
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

namespace Marketplace.Grains.Ports;

/// <summary>Signals that a log may have grown, so that its readers wait instead of asking again and again. Thread-safe.</summary>
public sealed class AppendSignal
{
    private TaskCompletionSource _next = Create();
    private long _count;

    /// <summary>The number of signals so far. What was read before the last signal may be outdated.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>Completes at the next signal.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    /// <summary>Signals. May be called without a reason: readers then find nothing new.</summary>
    public void Raise()
    {
        // The count first: a reader that already has the following task must see that its head is outdated.
        Interlocked.Increment(ref _count);
        Interlocked.Exchange(ref _next, Create()).TrySetResult();
    }

    // The appender must not run its readers.
    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

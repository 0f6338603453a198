namespace Marketplace.Grains.Deliveries;

/// <summary>Something that the delivery loop handles.</summary>
internal abstract class LoopSignal
{
    /// <summary>True if it tells what has happened already, so that it counts although the loop has been told to end.</summary>
    public virtual bool IsReport => false;

    /// <summary>Runs in the loop.</summary>
    /// <exception cref="Exception">The activation must end.</exception>
    public abstract Task Handle();

    /// <summary>Called instead of <see cref="Handle"/> once the loop has ended.</summary>
    public virtual void Reject(Exception cause) { }
}

/// <summary>The end of a request.</summary>
internal sealed class RequestSignal(RequestEnd end, Action<RequestEnd> handle) : LoopSignal
{
    public override bool IsReport => true;

    public override Task Handle()
    {
        handle(end);
        return Task.CompletedTask;
    }
}

/// <summary>A call of the grain, whose caller gets its result or its failure.</summary>
internal sealed class CallSignal<T>(Func<Task<T>> work) : LoopSignal
{
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => _answer.Task;

    public override async Task Handle()
    {
        try
        {
            _answer.TrySetResult(await work());
        }
        catch (Exception e)
        {
            _answer.TrySetException(e);
        }
    }

    public override void Reject(Exception cause) => _answer.TrySetException(cause);
}

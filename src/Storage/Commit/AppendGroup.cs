namespace Marketplace.Storage.Commit;

/// <summary>A group with a waiting caller.</summary>
internal abstract class AppendGroup<TResult> : CommitGroup
{
    // The waiters' code must not run on the writer's thread.
    private readonly TaskCompletionSource<TResult> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Answer => _answer.Task;

    protected void Complete(TResult result) => _answer.TrySetResult(result);

    protected void Complete(Exception exception) => _answer.TrySetException(exception);

    protected override void OnFailed(Exception cause) =>
        _answer.TrySetException(
            cause is ValueRefusedException
                ? cause
                : new StoreUnavailableException("The store failed before it confirmed the commit.", cause)
        );
}

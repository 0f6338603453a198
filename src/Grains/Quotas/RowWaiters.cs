using Marketplace.Billing;
using Marketplace.Grains.Ports;

namespace Marketplace.Grains.Quotas;

/// <summary>The calls of one installation and day that wait for their row.</summary>
internal sealed class RowWaiters : IRowWaiters
{
    // Continuations run where the task is completed: those of a whole batch of rows then need one thread, and not one each.
    private readonly TaskCompletionSource<UsageRow> _committed = new();
    private UsageRow? _row;

    /// <summary>The row, once it is durable.</summary>
    public Task<UsageRow> Committed => _committed.Task;

    /// <summary>Sets the row that <see cref="Answer"/> answers with.</summary>
    public void Set(UsageRow row) => _row = row;

    public void Answer() => _committed.TrySetResult(_row ?? throw new InvalidOperationException("The row is not durable yet."));

    /// <summary>Like <see cref="Answer"/>, for a caller who holds the counter's lock.</summary>
    public void AnswerElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(static waiters => waiters.Answer(), this, preferLocal: false);

    /// <summary>Fails the calls; like <see cref="AnswerElsewhere"/>, on another thread.</summary>
    public void Fail(StoreUnavailableException cause) =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static failed => failed.Committed.TrySetException(failed.Cause),
            (Committed: _committed, Cause: cause),
            preferLocal: false
        );
}

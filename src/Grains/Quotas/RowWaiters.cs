using Marketplace.Billing;
using Marketplace.Grains.Ports;

namespace Marketplace.Grains.Quotas;

/// <summary>The calls of one installation and day that wait for their row. The counter's lock guards all but the answers.</summary>
internal sealed class RowWaiters : IRowWaiters
{
    // More would wait for each other on one thread, while others are free.
    private const int AnsweredTogether = 16;

    // Continuations run where the task is completed: those of a whole batch of rows then need few threads, and not one each.
    private readonly TaskCompletionSource<UsageRow> _first = new();
    private List<TaskCompletionSource<UsageRow>>? _others;
    private int _calls;
    private UsageRow? _row;

    public int Count => Math.Min(_calls, AnsweredTogether);

    /// <summary>Adds a call; returns its row, once that is durable.</summary>
    public Task<UsageRow> Add()
    {
        var part = _calls++ / AnsweredTogether;
        if (part == 0)
        {
            return _first.Task;
        }

        _others ??= [];
        if (_others.Count < part)
        {
            _others.Add(new TaskCompletionSource<UsageRow>());
        }

        return _others[^1].Task;
    }

    /// <summary>Sets the row that <see cref="Answer"/> answers with; no call is added after it.</summary>
    public void Set(UsageRow row) => _row = row;

    public void Answer()
    {
        var row = _row ?? throw new InvalidOperationException("The row is not durable yet.");
        foreach (var part in _others ?? [])
        {
            Elsewhere(part, row, null);
        }

        _first.TrySetResult(row);
    }

    /// <summary>Like <see cref="Answer"/>, for a caller who holds the counter's lock.</summary>
    public void AnswerElsewhere() => ThreadPool.UnsafeQueueUserWorkItem(static waiters => waiters.Answer(), this, preferLocal: false);

    /// <summary>Fails the calls; like <see cref="AnswerElsewhere"/>, on other threads.</summary>
    public void Fail(StoreUnavailableException cause)
    {
        foreach (var part in (IEnumerable<TaskCompletionSource<UsageRow>>)[_first, .. _others ?? []])
        {
            Elsewhere(part, null, cause);
        }
    }

    private static void Elsewhere(TaskCompletionSource<UsageRow> part, UsageRow? row, StoreUnavailableException? cause) =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static end => _ = end.Row is { } row ? end.Part.TrySetResult(row) : end.Part.TrySetException(end.Cause!),
            (Part: part, Row: row, Cause: cause),
            preferLocal: false
        );
}

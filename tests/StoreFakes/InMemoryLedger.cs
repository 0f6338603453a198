using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Marketplace.Billing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;

namespace Marketplace.StoreFakes;

/// <summary>How the next commit goes.</summary>
public enum Commit
{
    Succeeds,

    /// <summary>Nothing is written and the writer is told so.</summary>
    FailsLosing,

    /// <summary>The rows are written, but the connection is lost before the answer.</summary>
    FailsKeeping,
}

/// <summary>A usage ledger in memory with its unique key and its one writer, shared by all silos of a test.</summary>
public sealed class InMemoryLedger : IUsageLedger, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(InstallationId, DateOnly, int), UsageRow> _rows = [];
    private readonly Channel<IUsageSource> _queue = Channel.CreateUnbounded<IUsageSource>();
    private readonly Task _writer;
    private volatile TaskCompletionSource? _hold;
    private volatile TaskCompletionSource _waits = new();

    public InMemoryLedger() => _writer = Write();

    public bool IsAccepting { get; set; } = true;

    public Commit Next { get; set; }

    /// <summary>All rows in the order of the store.</summary>
    public IReadOnlyList<UsageRow> Rows
    {
        get
        {
            lock (_lock)
            {
                return
                [
                    .. _rows
                        .Values.OrderBy(row => row.Installation.ToString(), StringComparer.Ordinal)
                        .ThenBy(row => row.Day)
                        .ThenBy(row => row.Seq),
                ];
            }
        }
    }

    public IReadOnlyList<UsageRow> RowsOf(InstallationId installation) => [.. Rows.Where(row => row.Installation == installation)];

    public bool Signal(IUsageSource source) => IsAccepting && _queue.Writer.TryWrite(source);

    /// <summary>Ends when a commit waits at the last <see cref="Hold"/>.</summary>
    public Task Waits => _waits.Task;

    /// <summary>Commits wait until the result is disposed.</summary>
    public IDisposable Hold()
    {
        var hold = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _hold = hold;
        return new Held(() =>
        {
            _hold = null;
            hold.SetResult();
        });
    }

    /// <summary>Writes a row as another activation would; false if its key is taken.</summary>
    public bool Insert(UsageRow row)
    {
        lock (_lock)
        {
            return _rows.TryAdd((row.Installation, row.Day, row.Seq), row);
        }
    }

    public Task<IReadOnlyList<UsageRow>> ReadDayHeads(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) => Task.FromResult<IReadOnlyList<UsageRow>>([.. Days(installation, from, to).Select(day => day.Last())]);

    public Task<IReadOnlyList<UsageRow>> ReadDayOpenings(
        InstallationId installation,
        DateOnly from,
        DateOnly to,
        CancellationToken cancellationToken
    ) => Task.FromResult<IReadOnlyList<UsageRow>>([.. Days(installation, from, to).Select(day => day.First())]);

    public Task<UsageRow?> ReadLastBefore(InstallationId installation, DateOnly day, CancellationToken cancellationToken) =>
        Task.FromResult(Readable(installation).LastOrDefault(row => row.Day < day));

    public async IAsyncEnumerable<UsageRow> ReadDay(
        InstallationId installation,
        DateOnly day,
        bool keyedOnly,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.Yield();
        foreach (var row in Readable(installation).Where(row => row.Day == day && (row.Keyed || !keyedOnly)))
        {
            yield return row;
        }
    }

    public async IAsyncEnumerable<UsageRow> ReadDayAfter(
        InstallationId installation,
        DateOnly day,
        int afterSeq,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.Yield();
        foreach (var row in Readable(installation).Where(row => row.Day == day && row.Seq > afterSeq))
        {
            yield return row;
        }
    }

    public Task<UsageRow?> ReadRow(InstallationId installation, DateOnly day, int seq, CancellationToken cancellationToken) =>
        Task.FromResult(Readable(installation).SingleOrDefault(row => row.Day == day && row.Seq == seq));

    public async IAsyncEnumerable<UsageRow> ReadAll(
        string afterInstallation,
        DateOnly afterDay,
        int afterSeq,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.Yield();
        foreach (var row in Readable().Where(IsAfter))
        {
            yield return row;
        }

        bool IsAfter(UsageRow row)
        {
            var order = string.CompareOrdinal(row.Installation.ToString(), afterInstallation);
            return order > 0 || (order == 0 && (row.Day, row.Seq).CompareTo((afterDay, afterSeq)) > 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.Complete();
        await _writer;
    }

    private IEnumerable<IGrouping<DateOnly, UsageRow>> Days(InstallationId installation, DateOnly from, DateOnly to) =>
        Readable(installation).Where(row => row.Day >= from && row.Day <= to).GroupBy(row => row.Day);

    private IEnumerable<UsageRow> Readable(InstallationId installation) => Readable().Where(row => row.Installation == installation);

    private IReadOnlyList<UsageRow> Readable() => IsAccepting ? Rows : throw new StoreUnavailableException("The ledger is down.");

    private async Task Write()
    {
        await foreach (var source in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_hold is { } hold)
            {
                _waits.TrySetResult();
                await hold.Task.ConfigureAwait(false);
            }

            if (source.CutRow() is { } row)
            {
                End(source, row);
            }
        }
    }

    private void End(IUsageSource source, UsageRow row)
    {
        var next = Next;
        Next = Commit.Succeeds;
        if (next == Commit.FailsLosing)
        {
            source.Failed(row, new IOException("The disk is full."));
        }
        else if (!Insert(row))
        {
            source.Fenced(row);
        }
        else if (next == Commit.FailsKeeping)
        {
            source.Failed(row, new IOException("The connection was lost."));
        }
        else
        {
            source.Committed(row);
        }
    }

    private sealed class Held(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}

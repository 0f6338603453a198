using System.Runtime.CompilerServices;
using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Installations;

namespace Marketplace.StoreFakes;

/// <summary>A delivery log in memory with its unique key, shared by all silos of a test, that can be down.</summary>
public sealed class InMemoryDeliveryLog : IDeliveryLog
{
    private readonly Lock _lock = new();
    private readonly Dictionary<InstallationId, List<DeliveryRow>> _rows = [];
    private readonly Dictionary<InstallationId, DeliverySnapshot> _states = [];
    private readonly Dictionary<InstallationId, int> _writes = [];
    private volatile HeldRows? _held;

    public bool IsDown { get; set; }

    /// <summary>Refuses every write, as on a full disk.</summary>
    public bool IsReadOnly { get; set; }

    /// <summary>Refuses rows; wake-ups are still written.</summary>
    public bool RefusesRows { get; set; }

    public IReadOnlyList<DeliveryRow> Of(InstallationId installation)
    {
        lock (_lock)
        {
            return [.. _rows.GetValueOrDefault(installation) ?? []];
        }
    }

    /// <summary>Commits that an installation has cost so far: rows, wake-ups and postponements.</summary>
    public int WritesOf(InstallationId installation)
    {
        lock (_lock)
        {
            return _writes.GetValueOrDefault(installation);
        }
    }

    public IReadOnlyList<DeliveryEntry> EntriesOf(InstallationId installation) => [.. Of(installation).SelectMany(row => row.Entries)];

    /// <summary>Until they are released, an installation's rows are not written; their writers wait.</summary>
    public HeldRows Hold(InstallationId installation) => _held = new HeldRows(installation);

    public async Task<bool> Append(DeliveryCommit commit, CancellationToken cancellationToken)
    {
        if (_held is { } held && held.Installation == commit.Row.Installation)
        {
            await held.Pass();
        }

        lock (_lock)
        {
            var row = commit.Row;
            CountWrite(row.Installation);
            if (RefusesRows)
            {
                throw new StoreUnavailableException("The delivery log takes no rows.");
            }

            var rows = _rows.TryGetValue(row.Installation, out var known) ? known : _rows[row.Installation] = [];
            if (row.No != rows.Count + 1)
            {
                return false;
            }

            rows.Add(row);
            _states[row.Installation] = new DeliverySnapshot(row.No, row.Hash, DueAfter(commit), commit.State);
            return true;
        }
    }

    public Task Mark(InstallationId installation, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            CountWrite(installation);
            var state = _states.GetValueOrDefault(installation) ?? new DeliverySnapshot(0, DeliveryRow.NoHash, null, default);
            _states[installation] = state with { DueAt = ToMilliseconds(dueAt) };
            return Task.CompletedTask;
        }
    }

    public Task PutOff(InstallationId installation, KnownWakeUp known, DateTimeOffset? dueAt, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            CountWrite(installation);
            if (_states.GetValueOrDefault(installation) is { } state && state.No == known.No && state.DueAt == ToMilliseconds(known.DueAt))
            {
                _states[installation] = state with { DueAt = ToMilliseconds(dueAt) };
            }

            return Task.CompletedTask;
        }
    }

    public Task<IReadOnlyList<InstallationId>> ReadDue(DateTimeOffset now, int limit, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfDown();
            return Task.FromResult<IReadOnlyList<InstallationId>>([
                .. _states
                    .Where(state => state.Value.DueAt <= now)
                    .OrderBy(state => state.Value.DueAt)
                    .ThenBy(state => state.Key.ToString(), StringComparer.Ordinal)
                    .Select(state => state.Key)
                    .Take(limit),
            ]);
        }
    }

    public Task<DeliverySnapshot?> ReadState(InstallationId installation, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            ThrowIfDown();
            return Task.FromResult(_states.GetValueOrDefault(installation));
        }
    }

    public async IAsyncEnumerable<DeliveryRow> Read(
        InstallationId installation,
        long afterNo,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.Yield();
        foreach (var row in Of(installation).Where(row => row.No > afterNo))
        {
            yield return row;
        }
    }

    public Task<IReadOnlyList<DeliveryRow>> ReadNewest(
        InstallationId installation,
        long beforeNo,
        int limit,
        CancellationToken cancellationToken
    ) => Task.FromResult<IReadOnlyList<DeliveryRow>>([.. Of(installation).Where(row => row.No < beforeNo).Reverse().Take(limit)]);

    public async IAsyncEnumerable<DeliveryRow> ReadAbout(
        InstallationId installation,
        long firstSeq,
        long lastSeq,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.Yield();
        foreach (var row in Of(installation).Where(row => row.FirstSeq <= lastSeq && row.LastSeq >= firstSeq))
        {
            yield return row;
        }
    }

    public async IAsyncEnumerable<DeliveryRow> ReadAll(
        string afterInstallation,
        long afterNo,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        foreach (
            var id in _rows
                .Keys.OrderBy(id => id.ToString(), StringComparer.Ordinal)
                .Where(id => string.CompareOrdinal(id.ToString(), afterInstallation) >= 0)
        )
        {
            await foreach (var row in Read(id, id.ToString() == afterInstallation ? afterNo : 0, cancellationToken))
            {
                yield return row;
            }
        }
    }

    private DateTimeOffset? DueAfter(DeliveryCommit commit)
    {
        var (stored, due) = (_states.GetValueOrDefault(commit.Row.Installation)?.DueAt, ToMilliseconds(commit.DueAt));
        return stored == ToMilliseconds(commit.KnownDueAt) || stored is null || due < stored ? due : stored;
    }

    // The stores keep milliseconds: an instant with more must equal what was kept of it, as it does there.
    private static DateTimeOffset? ToMilliseconds(DateTimeOffset? instant) =>
        instant is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known.ToUnixTimeMilliseconds()) : null;

    private void CountWrite(InstallationId installation)
    {
        ThrowIfDown();
        if (IsReadOnly)
        {
            throw new StoreUnavailableException("The delivery log is read-only.");
        }

        _writes[installation] = _writes.GetValueOrDefault(installation) + 1;
    }

    private void ThrowIfDown()
    {
        if (IsDown)
        {
            throw new StoreUnavailableException("The delivery log is down.");
        }
    }
}

/// <summary>Rows of a delivery log that are not written yet.</summary>
public sealed class HeldRows(InstallationId installation)
{
    public InstallationId Installation => installation;

    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    public int Waiting => Volatile.Read(ref _waiting);

    public void Release() => _released.TrySetResult();

    internal Task Pass()
    {
        Interlocked.Increment(ref _waiting);
        return _released.Task;
    }
}

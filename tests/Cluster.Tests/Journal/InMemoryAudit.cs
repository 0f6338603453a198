using Marketplace.Grains.Ports;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>Cursors and dead letters in memory, shared by all silos of a test.</summary>
internal sealed class InMemoryAudit : IStreamCursors, IDeadLetters
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, StreamCursor> _cursors = new(StringComparer.Ordinal);
    private readonly List<DeadLetterRow> _letters = [];
    private readonly Dictionary<string, int> _refusals = new(StringComparer.Ordinal);

    public bool IsDown { get; set; }

    /// <summary>How often a queue asked for its cursor while the store was down.</summary>
    public int RefusalsOf(string queue)
    {
        lock (_lock)
        {
            return _refusals.GetValueOrDefault(queue);
        }
    }

    public Task<StreamCursor> Claim(string queue, CancellationToken cancellationToken) =>
        Locked(
            () =>
            {
                var cursor = _cursors.GetValueOrDefault(queue, new StreamCursor(queue, 0, 0));
                return _cursors[queue] = cursor with { Epoch = cursor.Epoch + 1 };
            },
            queue
        );

    public Task<bool> Move(string queue, long epoch, long position, CancellationToken cancellationToken) =>
        Locked(
            () =>
            {
                var cursor = _cursors[queue];
                if (cursor.Epoch == epoch)
                {
                    _cursors[queue] = cursor with { Position = Math.Max(cursor.Position, position) };
                }

                return cursor.Epoch == epoch;
            },
            queue
        );

    public Task<long> ReadEpoch(string queue, CancellationToken cancellationToken) =>
        Locked(() => _cursors.GetValueOrDefault(queue).Epoch, queue);

    Task<IReadOnlyList<StreamCursor>> IStreamCursors.ReadAll(CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<StreamCursor>>(() => [.. _cursors.Values]);

    public Task Put(NewDeadLetter letter, CancellationToken cancellationToken) =>
        Locked(() =>
        {
            var index = _letters.FindIndex(row =>
                (row.Letter.Subscriber, row.Letter.Stream, row.Letter.Position) == (letter.Subscriber, letter.Stream, letter.Position)
            );
            if (index < 0)
            {
                _letters.Add(new DeadLetterRow(_letters.Count + 1, letter, letter.At, null));
            }
            else
            {
                var row = _letters[index];
                _letters[index] = row with { Letter = letter with { Attempts = row.Letter.Attempts + letter.Attempts }, SettledAt = null };
            }

            return true;
        });

    public Task<DeadLetterRow?> Read(long id, CancellationToken cancellationToken) => Locked(() => _letters.Find(row => row.Id == id));

    public Task<IReadOnlyList<DeadLetterRow>> List(bool openOnly, long afterId, int limit, CancellationToken cancellationToken) =>
        Locked<IReadOnlyList<DeadLetterRow>>(() =>
            [.. _letters.Where(row => row.Id > afterId && (!openOnly || row.SettledAt is null)).Take(limit)]
        );

    public Task<long> CountOpen(CancellationToken cancellationToken) => Locked(() => _letters.LongCount(row => row.SettledAt is null));

    public Task Settle(long id, DateTimeOffset at, CancellationToken cancellationToken) =>
        Locked(() =>
        {
            var index = _letters.FindIndex(row => row.Id == id);
            _letters[index] = _letters[index] with { SettledAt = at };
            return true;
        });

    private Task<T> Locked<T>(Func<T> work, string? queue = null)
    {
        lock (_lock)
        {
            if (!IsDown)
            {
                return Task.FromResult(work());
            }

            if (queue is not null)
            {
                _refusals[queue] = _refusals.GetValueOrDefault(queue) + 1;
            }

            return Task.FromException<T>(new StoreUnavailableException("The store is down."));
        }
    }
}

using Marketplace.Grains.Ports;
using Marketplace.Grains.Streaming;
using Marketplace.TestKit;
using Xunit;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>Readers of a log wait for its appends, and the log is left alone in between.</summary>
public sealed class CachedTailTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly AppendSignal _appended = new();
    private long _head;
    private int _reads;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_log_that_is_ahead_already_is_not_waited_for()
    {
        using var tail = Tail();
        _head = 3;

        Assert.Equal(3, await tail.WaitBeyond(2, Long, Token));
    }

    [Fact]
    public async Task An_append_ends_the_wait_of_all_readers_by_one_read()
    {
        using var tail = Tail();
        var waiting = Enumerable.Range(0, 8).Select(_ => tail.WaitBeyond(0, Long, Token)).ToArray();
        await Eventually.Holds(() => Volatile.Read(ref _reads) > 0, "the head is read for the readers");
        Assert.All(waiting, static wait => Assert.False(wait.IsCompleted));

        Append();

        Assert.All(await Task.WhenAll(waiting), static head => Assert.Equal(1, head));
        Assert.Equal(2, Volatile.Read(ref _reads));
    }

    [Fact]
    public async Task An_append_during_the_read_of_the_head_is_not_missed()
    {
        using var tail = new CachedTail(
            _appended,
            () =>
            {
                var head = Volatile.Read(ref _head);
                if (Interlocked.Increment(ref _reads) == 1)
                {
                    Append();
                }

                return Task.FromResult(head);
            },
            static _ => throw new InvalidOperationException("No page is read here.")
        );

        Assert.Equal(1, await tail.WaitBeyond(0, Long, Token));
    }

    [Fact]
    public async Task A_wait_ends_with_its_time_and_leaves_the_log_alone_until_then()
    {
        using var tail = Tail();

        Assert.Equal(0, await tail.WaitBeyond(0, TimeSpan.FromMilliseconds(200), Token));

        Assert.Equal(1, Volatile.Read(ref _reads));
    }

    [Fact]
    public async Task A_wait_ends_with_its_cancellation()
    {
        using var tail = Tail();
        using var closing = new CancellationTokenSource();

        var waiting = tail.WaitBeyond(0, Long, closing.Token);
        await closing.CancelAsync();
        Assert.Equal(0, await waiting);
    }

    [Fact]
    public async Task An_append_without_a_signal_is_found_by_the_recheck()
    {
        using var tail = Tail();
        var waiting = tail.WaitBeyond(0, Long, Token);

        Volatile.Write(ref _head, 1);

        Assert.Equal(1, await waiting);
    }

    private void Append()
    {
        Interlocked.Increment(ref _head);
        _appended.Raise();
    }

    private CachedTail Tail() =>
        new(
            _appended,
            () =>
            {
                Interlocked.Increment(ref _reads);
                return Task.FromResult(Volatile.Read(ref _head));
            },
            static _ => throw new InvalidOperationException("No page is read here.")
        );
}

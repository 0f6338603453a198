using Marketplace.Deliveries;
using Marketplace.Events;
using Marketplace.Grains.Deliveries;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Marketplace.Cluster.Tests.Deliveries;

/// <summary>How much of a replay is read at once: the loop does nothing else meanwhile.</summary>
public sealed class ReplayReaderTests
{
    private const int Dead = 1_000;

    private static readonly ReplayRequest Request = new("r", 1, Dead, null, true, DateTimeOffset.UnixEpoch);

    private readonly FakeTimeProvider _time = new();
    private readonly ReplayReader _reader;
    private readonly FeedReads _reads;

    public ReplayReaderTests()
    {
        var saved = new SavedProgress { Cursor = Dead };
        saved.Dead.AddRange(
            Enumerable.Range(1, Dead).Select(seq => new DeadEvent(seq, "order/a", DateTimeOffset.UnixEpoch, 10, SendErrors.Status))
        );
        (var feed, _reads) = FeedReads.Create();
        _reads.Page = after => new FeedPage([Event(after + 1)], Dead);
        _reader = new ReplayReader(DeliveryParts.State(saved, _time), feed);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dead_letters_that_are_no_longer_owed_are_passed_a_few_at_a_time()
    {
        var steps = 0;
        for (long? next = 1; next is { } from; steps++)
        {
            var before = _reads.Count;
            (var events, next) = await _reader.ReadNext(Request, from, 10, _time.GetUtcNow(), Token);

            Assert.Empty(events);
            Assert.InRange(_reads.Count - before, 0, 100);
        }

        Assert.Equal(Dead, _reads.Count);
        Assert.True(steps > 1);
    }

    [Fact]
    public async Task A_dry_run_reads_them_all()
    {
        Assert.Empty(await _reader.ReadAll(Request, 10, _time.GetUtcNow(), Token));
        Assert.Equal(Dead, _reads.Count);
    }

    private static PluginEvent Event(long seq) =>
        new(
            DeliveryParts.Id.Seller,
            seq,
            "urn:test",
            $"{seq}",
            EventTypes.OrderPaid,
            "a",
            DateTimeOffset.UnixEpoch,
            DateTimeOffset.UnixEpoch,
            "{}"u8.ToArray()
        );
}

using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Enforcement;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Streaming;
using Marketplace.Journal;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Streams;
using Xunit;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>Streams of some facts: what they carry, and that their subscribers hold the cursor of the queue they come from.</summary>
public sealed class StreamTopicTests : IDisposable
{
    private const string Installation = "installation/s-1/label-printer";

    private readonly InMemoryAudit _audit = new();
    private readonly Tail _tail = new();
    private readonly JournalSource _source;
    private readonly LogQueues _queues;

    public StreamTopicTests()
    {
        _source = new JournalSource(_tail);
        _queues = new LogQueues([_source]);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(Installation, "paused", Streams.AuditLifecycle, Streams.AuditDeadlines)]
    [InlineData(Installation, JournalFact.NothingChanged, Streams.AuditDeadlines)]
    [InlineData("claim/s-1/c-1", "opened", Streams.AuditLifecycle)]
    [InlineData("enterprise/91330100MA27XG8P4M", "approved", Streams.AuditDeadlines, Streams.AuditEnterprises)]
    [InlineData("plugin/label-printer", PluginProfile.FactType, Streams.AuditPlugins)]
    [InlineData("plugin/label-printer", PriceAnnounced.FactType, Streams.AuditPlugins)]
    [InlineData("plugin/label-printer", PluginBlocked.FactType, Streams.AuditPlugins)]
    [InlineData("plugin/label-printer", PluginUnblocked.FactType, Streams.AuditPlugins)]
    [InlineData("enforcement/all", "enforcement-applied", Streams.AuditEnforcement)]
    [InlineData("enforcement/all", JournalFact.NothingChanged)]
    [InlineData("plugin-webhook/label-printer", "set", Streams.AuditPluginWebhooks)]
    [InlineData("plugin-webhook/label-printer", JournalFact.NothingChanged)]
    [InlineData("seller/s-1", "plugin-added", Streams.AuditDeadlines)]
    public async Task A_fact_is_in_the_streams_of_all_facts_and_in_those_it_concerns(string entity, string type, params string[] topics)
    {
        _tail.Append(entity, type);
        var messages = new List<LogBatch>();
        foreach (
            var queue in (QueueId[])
                [_queues.QueueOf(Streams.Audit, AuditSubject.Of(entity)), _queues.QueueOf(Streams.AuditOperators, "shard/1")]
        )
        {
            var read = await Read(Receiver(queue));
            Assert.All(read, message => Assert.Equal(queue, _queues.GetQueueForStream(message.StreamId)));
            messages.AddRange(read);
        }

        Assert.Equal(
            topics.Append(Streams.Audit).Append(Streams.AuditOperators).Order(StringComparer.Ordinal),
            messages.Select(message => message.StreamId.GetNamespace()!).Order(StringComparer.Ordinal)
        );
        Assert.All(messages, message => Assert.Equal(1, message.SequenceToken.SequenceNumber));
    }

    [Fact]
    public async Task The_cursor_stays_before_a_fact_until_all_its_streams_have_delivered_it()
    {
        _tail.Append("seller/s-1", "plugin-added");
        _tail.Append(Installation, "paused");
        var queue = _queues.QueueOf(Streams.Audit, "seller/s-1");
        var receiver = Receiver(queue);
        var messages = await Read(receiver);
        Assert.Equal([(1L, 0), (2L, 0), (2L, 1)], messages.Select(message => message.Place));

        await receiver.MessagesDeliveredAsync([messages[0], messages[1]]);
        await receiver.Shutdown(TimeSpan.Zero);
        Assert.Equal(1, await Cursor(queue));

        await receiver.MessagesDeliveredAsync([messages[2]]);
        await receiver.Shutdown(TimeSpan.Zero);
        Assert.Equal(2, await Cursor(queue));
    }

    [Fact]
    public async Task A_read_brings_no_more_messages_than_asked_for_and_the_next_ones_the_rest()
    {
        const int Facts = 30;
        for (var i = 0; i < Facts; i++)
        {
            _tail.Append(Installation, "paused");
        }

        var receiver = Receiver(_queues.QueueOf(Streams.Audit, "seller/s-1"));
        var places = new List<(long Position, int Index)>();
        while (places.Count < 2 * Facts)
        {
            var messages = await Read(receiver);
            Assert.InRange(messages.Count, 1, 10);
            places.AddRange(messages.Select(message => message.Place));
        }

        Assert.Equal(Enumerable.Range(1, Facts).SelectMany(position => new[] { ((long)position, 0), (position, 1) }), places);
    }

    [Fact]
    public void The_streams_are_few_and_every_key_of_a_stream_is_in_its_queue()
    {
        var streams = new HashSet<StreamId>();
        foreach (var key in Enumerable.Range(0, 2_000).Select(i => $"seller/s-{i}"))
        {
            var stream = _queues.StreamOf(Streams.Audit, key);
            Assert.Equal(_queues.QueueOf(Streams.Audit, key), _queues.GetQueueForStream(stream));
            streams.Add(stream);
        }

        Assert.Equal(Streams.AuditShards, streams.Count);
    }

    // A stored cursor belongs to a queue: if a key moved to another one, that queue's cursor would already be past its facts.
    [Theory]
    [InlineData("seller/s-1", "audit-2", "shard/58")]
    [InlineData("enterprise/91330100MA27XG8P4M", "audit-7", "shard/39")]
    public void A_key_never_moves_to_another_queue(string key, string queue, string stream)
    {
        Assert.Equal(queue, LogQueues.NameOf(_queues.QueueOf(Streams.Audit, key)));
        Assert.Equal(stream, _queues.StreamOf(Streams.Audit, key).GetKeyAsString());
    }

    public void Dispose() => _source.Dispose();

    private static async Task<List<LogBatch>> Read(LogReceiver receiver) =>
        [.. (await receiver.GetQueueMessagesAsync(10)).Cast<LogBatch>()];

    private LogReceiver Receiver(QueueId queue) => new(queue, _queues, _audit, NullLogger.Instance, Token);

    private async Task<long> Cursor(QueueId queue) =>
        (await ((IStreamCursors)_audit).ReadAll(Token)).Single(cursor => cursor.Queue == LogQueues.NameOf(queue)).Position;

    /// <summary>The facts that a test appends.</summary>
    private sealed class Tail : IJournalTail
    {
        private readonly List<AuditItem> _items = [];

        public AppendSignal Appended { get; } = new();

        public void Append(string entity, string type)
        {
            var fact = JournalFact.Following(
                null,
                entity,
                OperationId.Parse($"op-{_items.Count}"),
                ActorId.Parse("u-1"),
                DateTimeOffset.UnixEpoch,
                type,
                "{}"u8.ToArray()
            );
            _items.Add(new AuditItem(_items.Count + 1, fact));
        }

        public Task<long> ReadHead(CancellationToken cancellationToken) => Task.FromResult((long)_items.Count);

        public Task<IReadOnlyList<AuditItem>> ReadAfter(long position, int limit, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<AuditItem>>([.. _items.Skip((int)position).Take(limit)]);
    }
}

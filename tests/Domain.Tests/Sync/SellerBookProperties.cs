using CsCheck;
using Marketplace.Sync;
using Xunit;

namespace Marketplace.Domain.Tests.Sync;

public sealed class SellerBookProperties
{
    private static readonly Gen<FeedEvent> Event =
        from type in Gen.Int[0, 10]
        from order in Gen.Int[1, 3]
        from name in Gen.Int[1, 1_000_000]
        from minute in Gen.Int[0, 5]
        select Make(type, order, name, Samples.Now.AddMinutes(-minute));

    private static readonly Gen<FeedEvent[]> Events = Event.Array[1, 25];

    [Fact]
    public void Any_permutation_with_duplicates_gives_the_same_state() => (from events in Events
                                                                           from again in Gen.Shuffle(events.Concat(events).ToArray())
                                                                           select (events, again)).Sample((events, again) => Samples.Shown(Fold(events)) == Samples.Shown(Fold(again)));

    [Fact]
    public void A_prefix_and_the_rest_give_what_the_whole_gives() => Gen.Select(Events, Gen.Int[0, 25]).Sample((events, cut) =>
    {
        var parts = Fold(events.Take(cut));
        foreach (var happened in Numbered(events).Skip(cut))
        {
            parts.Apply(happened);
        }

        var whole = Fold(events);
        return Samples.Shown(parts) == Samples.Shown(whole) && parts.Head == whole.Head
            && parts.ListOrders(default, 0, 100, null).Items.Select(order => (order.Id, order.Version, order.UpdatedSeq))
                .SequenceEqual(whole.ListOrders(default, 0, 100, null).Items.Select(order => (order.Id, order.Version, order.UpdatedSeq)));
    });

    [Fact]
    public void Pages_of_any_size_show_every_order_once_also_when_more_come_meanwhile() => Gen.Select(Events, Events, Gen.Int[1, 3]).Sample((first, then, limit) =>
    {
        var book = Fold(first);
        var seen = new List<string>();
        var expected = book.ListOrders(default, 0, 100, null).Items.Select(order => order.Id).ToList();
        for (long? next = 0; next is { } after;)
        {
            var page = book.ListOrders(default, after, limit, null);
            seen.AddRange(page.Items.Select(order => order.Id));
            next = page.Next;
            foreach (var happened in then)
            {
                book.Apply(happened with { Seq = book.Head + 1 });
            }
        }

        return seen.Distinct().Count() == seen.Count && expected.TrueForAll(seen.Contains);
    });

    private static SellerBook Fold(IEnumerable<FeedEvent> events)
    {
        var book = new SellerBook();
        foreach (var happened in Numbered(events))
        {
            book.Apply(happened);
        }

        return book;
    }

    private static IEnumerable<FeedEvent> Numbered(IEnumerable<FeedEvent> events) => events.Select((happened, i) => happened with { Seq = i + 1 });

    private static FeedEvent Make(int type, int order, int name, DateTimeOffset time)
    {
        var id = $"o-{order}";
        var (kind, subject, content) = type switch
        {
            0 => (EventTypes.OrderPaid, id, new EventContent.OrderStep()),
            1 => (EventTypes.OrderShipped, id, new EventContent.OrderStep()),
            2 => (EventTypes.OrderDelivered, id, new EventContent.OrderStep()),
            3 => (EventTypes.OrderCancelled, id, new EventContent.OrderCancelled($"reason {name}")),
            4 => (EventTypes.TrackUpdated, $"t-{1 + (name % 2)}", new EventContent.TrackUpdated(id, $"carrier {name % 3}", $"status {name}", null)),
            5 => (EventTypes.ProductUpdated, $"p-{order}", new EventContent.ProductUpdated($"title {name}", null, name, "BRL", null, null)),
            6 => (EventTypes.ProductPatched, $"p-{order}", new EventContent.ProductPatched(null, name, $"category {name}", null)),
            7 => (EventTypes.OrderMerged, id, new EventContent.OrderMerged([$"o-{1 + (name % 3)}"])),
            9 => (EventTypes.OrderReturned, id, new EventContent.OrderReturned($"code-{name}", null)),
            8 => (EventTypes.OrderFlagged, id, (EventContent)new EventContent.OrderFlagged("other", $"note {name}")),
            _ => (EventTypes.OrderCreated, id, new EventContent.OrderCreated("BRL", [new OrderLine(1, $"p-{name}", 1, name, 0m)], null, [], null)),
        };
        return new FeedEvent(Samples.Seller, 1, "urn:test", $"e-{type}-{order}-{name}-{time.Minute}", kind, subject, time, Samples.Now, EventContents.Encode(content), default);
    }
}

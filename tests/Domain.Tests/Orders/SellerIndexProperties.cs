using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using Marketplace.Domain.Tests.Events;
using Marketplace.Events;
using Marketplace.Orders;
using Xunit;

namespace Marketplace.Domain.Tests.Orders;

public sealed class SellerIndexProperties
{
    private static readonly Gen<FeedEvent> Event =
        from type in Gen.Int[0, 14]
        from order in Gen.Int[1, 3]
        from name in Gen.Int[1, 1_000_000]
        from minute in Gen.Int[0, 5]
        select Make(type, order, name, Samples.Now.AddMinutes(-minute));

    private static readonly Gen<FeedEvent[]> Events = Event.Array[1, 25];

    private static readonly Gen<FeedEvent[]> DistinctInstants = Events.Select(events =>
        events.Select((@event, i) => @event with { Id = $"{@event.Id}-{i}", Time = @event.Time.AddSeconds(i) }).ToArray()
    );

    [Fact]
    public void Any_permutation_with_duplicates_gives_the_same_state() =>
        (from events in DistinctInstants from again in Gen.Shuffle(events.Concat(events).ToArray()) select (events, again)).Sample(
            (events, again) => Samples.Shown(Fold(events)) == Samples.Shown(Fold(again))
        );

    [Fact]
    public void Ties_that_the_source_orders_give_the_same_state_in_any_permutation() =>
        (from events in Events from again in Gen.Shuffle(Sequenced(events).ToArray()) select (events, again)).Sample(
            (events, again) => Samples.Shown(Fold(Sequenced(events))) == Samples.Shown(Fold(again))
        );

    [Fact]
    public void Ties_that_nobody_orders_count_as_they_stand_in_the_feed() =>
        Events.Sample(events =>
        {
            FeedEvent[] tied = [.. events.Select((@event, i) => @event with { Id = $"{@event.Id}-{i}", Time = Samples.Now })];
            FeedEvent[] apart = [.. tied.Select((@event, i) => @event with { Time = Samples.Now.AddTicks(i) })];
            return WithoutInstants(Fold(tied)) == WithoutInstants(Fold(apart));
        });

    [Fact]
    public void A_prefix_and_the_rest_give_what_the_whole_gives() =>
        Gen.Select(Events, Gen.Int[0, 25])
            .Sample(
                (events, cut) =>
                {
                    var parts = Fold(events.Take(cut));
                    foreach (var @event in Numbered(events).Skip(cut))
                    {
                        parts.Apply(@event);
                    }

                    var whole = Fold(events);
                    return Samples.Shown(parts) == Samples.Shown(whole)
                        && parts.Head == whole.Head
                        && parts
                            .ListOrders(default, 0, 100, null)
                            .Items.Select(order => (order.Id, order.Version, order.UpdatedSeq))
                            .SequenceEqual(
                                whole.ListOrders(default, 0, 100, null).Items.Select(order => (order.Id, order.Version, order.UpdatedSeq))
                            );
                }
            );

    [Fact]
    public void Orders_read_before_an_event_are_the_current_ones_after_it() =>
        Events.Sample(events =>
        {
            var read = new SellerIndex();
            var numbered = Numbered(events).ToList();
            return numbered.TrueForAll(@event =>
            {
                read.Apply(@event);
                return Orders(read) == Orders(Fold(numbered.Take((int)@event.Seq)));
            });
        });

    [Fact]
    public void Pages_of_any_size_show_every_order_once_also_when_more_come_meanwhile() =>
        Gen.Select(Events, Events, Gen.Int[1, 3])
            .Sample(
                (first, then, limit) =>
                {
                    var book = Fold(first);
                    var seen = new List<string>();
                    var expected = book.ListOrders(default, 0, 100, null).Items.Select(order => order.Id).ToList();
                    for (long? next = 0; next is { } after; )
                    {
                        var page = book.ListOrders(default, after, limit, null);
                        seen.AddRange(page.Items.Select(order => order.Id));
                        next = page.Next;
                        foreach (var @event in then)
                        {
                            book.Apply(@event with { Seq = book.Head + 1 });
                        }
                    }

                    return seen.Distinct().Count() == seen.Count && expected.TrueForAll(seen.Contains);
                }
            );

    [Fact]
    public void A_poller_that_goes_on_from_where_pages_are_complete_misses_no_change() =>
        Gen.Select(Events, Events, Gen.Int[1, 3], Gen.Bool)
            .Sample(
                (first, then, limit, toEnd) =>
                {
                    var book = Fold(first);
                    var coming = new Queue<FeedEvent>(then);
                    var held = new Dictionary<string, long>();
                    var from = 0L;
                    while (coming.Count > 0)
                    {
                        from = Poll(book, coming, held, from, limit, toEnd);
                    }

                    ReadChanges(book, held, ChangePlace.After(from));

                    // Whatever comes no more was read as it stands.
                    var rest = book.ListChangedOrders(default, ChangePlace.After(0), int.MaxValue, null);
                    return rest.Items.All(order => held.GetValueOrDefault(order.Id) == order.UpdatedSeq)
                        && rest.Items.Select(order => order.UpdatedSeq).SequenceEqual(rest.Items.Select(order => order.UpdatedSeq).Order())
                        && rest.Items.Length == book.ListOrders(default, 0, int.MaxValue, null).Items.Length;
                }
            );

    /// <summary>Every order with its versions; reading them keeps their views.</summary>
    private static string Orders(SellerIndex book) =>
        JsonSerializer.Serialize(Enumerable.Range(1, 3).Select(order => book.GetOrder($"o-{order}", null).Value));

    /// <summary>Reads one poll's pages, or only its first one, while the feed goes on; returns where the next poll begins.</summary>
    private static long Poll(SellerIndex book, Queue<FeedEvent> coming, Dictionary<string, long> held, long from, int limit, bool toEnd)
    {
        for (var place = ChangePlace.After(from); ; )
        {
            var page = book.ListChangedOrders(default, place, limit, null);
            Array.ForEach([.. page.Items], order => held[order.Id] = order.UpdatedSeq);
            if (coming.TryDequeue(out var @event))
            {
                book.Apply(@event with { Seq = book.Head + 1 });
            }

            if (page.Next is not { } next || !toEnd)
            {
                // A page that is cut off among the changes of one event goes on by its cursor only.
                return page.Next is null || page.CompleteToSeq > from
                    ? page.CompleteToSeq
                    : ReadChanges(book, held, new ChangePlace(page.Next.Value, page.NextPosition));
            }

            place = new ChangePlace(next, page.NextPosition);
        }
    }

    private static long ReadChanges(SellerIndex book, Dictionary<string, long> held, ChangePlace place)
    {
        var page = book.ListChangedOrders(default, place, int.MaxValue, null);
        Array.ForEach([.. page.Items], order => held[order.Id] = order.UpdatedSeq);
        return page.CompleteToSeq;
    }

    /// <summary>All of one instant, in the order of their sequence, which is a number without a fixed length.</summary>
    private static IEnumerable<FeedEvent> Sequenced(FeedEvent[] events) =>
        events.Select(
            (@event, i) =>
                @event with
                {
                    Id = $"{@event.Id}-{i}",
                    Time = Samples.Now,
                    Data = EventContents.Encode(EventContents.Decode(@event.Type, @event.Data)! with { Sequence = $"{i + 1}" }),
                }
        );

    private static string WithoutInstants(SellerIndex book) => InstantText.Replace(Samples.Shown(book), string.Empty);

    private static readonly Regex InstantText = new(@"\d{4}-\d\d-\d\dT[0-9:.]+", RegexOptions.CultureInvariant);

    private static SellerIndex Fold(IEnumerable<FeedEvent> events)
    {
        var book = new SellerIndex();
        foreach (var @event in Numbered(events))
        {
            book.Apply(@event);
        }

        return book;
    }

    private static IEnumerable<FeedEvent> Numbered(IEnumerable<FeedEvent> events) =>
        events.Select((@event, i) => @event with { Seq = i + 1 });

    private static FeedEvent Make(int type, int order, int name, DateTimeOffset time)
    {
        var id = $"o-{order}";
        var (kind, subject, content) = type switch
        {
            0 => (EventTypes.OrderPaid, id, new EventContent.OrderStep()),
            1 => (EventTypes.OrderShipped, id, new EventContent.OrderStep()),
            2 => (EventTypes.OrderDelivered, id, new EventContent.OrderStep()),
            3 => (EventTypes.OrderCancelled, id, new EventContent.OrderCancelled($"reason {name}")),
            4 => (
                EventTypes.TrackUpdated,
                $"t-{1 + (name % 2)}",
                new EventContent.TrackUpdated(id, $"carrier {name % 3}", $"status {name}", null)
            ),
            5 => (EventTypes.ProductUpdated, $"p-{order}", new EventContent.ProductUpdated($"title {name}", null, name, "BRL", null, null)),
            6 => (EventTypes.ProductPatched, $"p-{order}", new EventContent.ProductPatched(null, name, $"category {name}", null)),
            7 => (EventTypes.OrderMerged, id, new EventContent.OrderMerged([$"o-{1 + (name % 3)}"])),
            11 => (EventTypes.OrderUncancelled, id, new EventContent.OrderUncancelled($"reason {name}")),
            12 => (
                EventTypes.OrderLinesCancelled,
                id,
                new EventContent.OrderLinesCancelled([new ParcelItem(1, name % 2)], $"reason {name}")
            ),
            13 => (EventTypes.OrderRefunded, id, new EventContent.OrderRefunded(name, name % 2 == 0 ? 1 : null, $"reason {name}")),
            14 => (EventTypes.OrderUnmerged, id, new EventContent.OrderUnmerged([$"o-{1 + (name % 3)}"])),
            9 => (EventTypes.OrderReturned, id, new EventContent.OrderReturned($"code-{name}", null)),
            8 => (EventTypes.OrderFlagged, id, (EventContent)new EventContent.OrderFlagged("other", $"note {name}")),
            _ => (
                EventTypes.OrderCreated,
                id,
                new EventContent.OrderCreated("BRL", [new OrderLine(1, $"p-{name}", 1, name, 0m)], null, [], null)
            ),
        };
        return new FeedEvent(
            Samples.Seller,
            1,
            "urn:test",
            $"e-{type}-{order}-{name}-{time.Minute}",
            kind,
            subject,
            time,
            Samples.Now,
            EventContents.Encode(content),
            default
        );
    }
}

using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Events;
using Marketplace.Orders;
using Xunit;

namespace Marketplace.Domain.Tests.Events;

/// <summary>How events of one instant are ordered by their source.</summary>
public sealed class EventSequenceTests
{
    [Fact]
    public void None_comes_before_numbers_and_numbers_before_texts()
    {
        string?[] sorted = [null, "0", "9", "10", "0100", "99999999999999999999", "-1", "1.5", "A-2", "a"];

        Assert.Equal(sorted, sorted.Reverse().Order(Comparer<string?>.Create(EventSequence.Compare)));
        Assert.Equal(0, EventSequence.Compare("007", "7"));
    }

    [Theory]
    [InlineData("""{"sequence":"12"}""", "12")]
    [InlineData("""{"sequence":12}""", "12")]
    [InlineData("""{"sequence":"0000000A"}""", "0000000A")]
    [InlineData("""{"sequence":""}""", null)]
    [InlineData("""{"sequence":"a b"}""", null)]
    [InlineData("""{"sequence":true}""", null)]
    [InlineData("""{"sequence":"canary@example.com"}""", null)]
    [InlineData("{}", null)]
    public void What_cannot_be_compared_is_as_none(string @event, string? expected) =>
        Assert.Equal(expected, EventSequence.Of(JsonElement.Parse(@event)));

    [Fact]
    public void What_comes_together_changes_places_only_among_the_events_of_one_subject_and_instant()
    {
        ImmutableArray<EventEnvelope> sent =
        [
            Envelope("a", "o-1", "3"),
            Envelope("b", "o-2", "2"),
            Envelope("c", "o-1", "1"),
            Envelope("d", "o-3", null),
            Envelope("e", "o-1", "2", 1),
            Envelope("f", "o-1", "2"),
            Envelope("g", "o-3", null),
        ];

        Assert.Equal(
            ["c", "b", "f", "d", "e", "a", "g"],
            EventSequence.Arrange(sent, envelope => envelope).Select(envelope => envelope.Id)
        );
    }

    [Fact]
    public void The_sequence_decides_which_of_two_changes_of_one_instant_stands_whatever_the_feed_says()
    {
        var book = new SellerIndex();
        foreach (var (seq, title, sequence) in new[] { (1, "second", "10"), (2, "first", "9") })
        {
            book.Apply(Change(seq, title, sequence));
        }

        Assert.Equal("second", book.GetProduct("p-1").Value!.Title);
    }

    [Fact]
    public void Without_one_the_later_in_the_feed_stands()
    {
        for (var name = 0; name < 20; name++)
        {
            var book = new SellerIndex();
            book.Apply(Samples.Event(1, EventTypes.ProductUpdated, "p-1", """{"title":"old"}""", $"a-{name}"));
            book.Apply(Samples.Event(2, EventTypes.ProductUpdated, "p-1", """{"title":"new"}""", $"b-{name}"));
            Assert.Equal("new", book.GetProduct("p-1").Value!.Title);
        }
    }

    private static FeedEvent Change(long seq, string title, string sequence)
    {
        var envelope = new EventEnvelope(Samples.Seller, "urn:test", $"e-{seq}", EventTypes.ProductUpdated, "p-1", Samples.Now)
        {
            Sequence = sequence,
        };
        return EventParser
            .Parse(envelope, JsonElement.Parse($$"""{"title":"{{title}}"}"""), Samples.Now)
            .Value!.WithSeal(default)
            .At(Samples.Seller, seq, Samples.Now);
    }

    private static EventEnvelope Envelope(string id, string subject, string? sequence, int seconds = 0) =>
        new(Samples.Seller, "urn:test", id, EventTypes.OrderPaid, subject, Samples.Now.AddSeconds(seconds)) { Sequence = sequence };
}

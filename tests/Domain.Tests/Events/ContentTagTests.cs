using System.Text;
using Marketplace.Events;
using Xunit;

namespace Marketplace.Domain.Tests.Events;

/// <summary>The same event again is told from another one under its id.</summary>
public sealed class ContentTagTests
{
    private const string Data = """{"reason":"late","extra":{"a":1.50,"b":["x",null]}}""";

    [Theory]
    [InlineData("""{"extra":{"b":["x",null],"a":1.5},"reason":"l\u0061te"}""", true)]
    [InlineData("""{ "reason":"late", "extra":{"a":15e-1,"b":["x",null]} }""", true)]
    [InlineData("""{"reason":"lost","extra":{"a":1.50,"b":["x",null]}}""", false)]
    [InlineData("""{"reason":"late","extra":{"a":1.50,"b":[null,"x"]}}""", false)]
    [InlineData("""{"reason":"late","extra":{"a":"1.50","b":["x",null]}}""", false)]
    [InlineData("""{"reason":"late"}""", false)]
    public void Content_is_the_same_however_it_is_written(string again, bool same)
    {
        var known = Samples.Event(1, EventTypes.OrderCancelled, "o-1", Data, "e-1");

        Assert.Equal(same, ContentTag.IsSame(known, Incoming(EventTypes.OrderCancelled, "o-1", again)));
    }

    [Fact]
    public void Another_type_subject_or_time_is_another_event()
    {
        var known = Samples.Event(1, EventTypes.OrderPaid, "o-1", "{}", "e-1");

        Assert.True(ContentTag.IsSame(known, Incoming(EventTypes.OrderPaid, "o-1", "{}")));
        Assert.False(ContentTag.IsSame(known, Incoming(EventTypes.OrderShipped, "o-1", "{}")));
        Assert.False(ContentTag.IsSame(known, Incoming(EventTypes.OrderPaid, "o-2", "{}")));
        Assert.False(ContentTag.IsSame(known, Incoming(EventTypes.OrderPaid, "o-1", "{}", Samples.Now.AddMilliseconds(1))));
    }

    [Fact]
    public void An_event_of_an_earlier_release_has_no_tag_and_is_compared_by_its_attributes()
    {
        var known = Samples.Event(1, EventTypes.OrderCancelled, "o-1", Data, "e-1") with
        {
            Data = Encoding.UTF8.GetBytes("""{"reason":"late"}"""),
        };

        Assert.True(ContentTag.IsSame(known, Incoming(EventTypes.OrderCancelled, "o-1", """{"reason":"other"}""")));
        Assert.False(ContentTag.IsSame(known, Incoming(EventTypes.OrderPaid, "o-1", "{}")));
    }

    private static IncomingEvent Incoming(string type, string subject, string data, DateTimeOffset? time = null) =>
        Samples.Parse(type, data, subject, "e-1", time).Value!.WithSeal(default);
}

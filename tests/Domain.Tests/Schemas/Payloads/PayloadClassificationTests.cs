using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Labels;
using Marketplace.Schemas.Payloads;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Schemas.Payloads;

/// <summary>What leaves for plugins leaves by one table (R23).</summary>
public sealed class PayloadClassificationTests
{
    private static readonly InstallationId Installation = InstallationId.Parse("s-1/label-printer", null);

    public static TheoryData<string, Type> Contents { get; } =
        new()
        {
            { EventTypes.OrderCreated, typeof(EventContent.OrderCreated) },
            { EventTypes.OrderPaid, typeof(EventContent.OrderStep) },
            { EventTypes.OrderShipped, typeof(EventContent.OrderStep) },
            { EventTypes.OrderDelivered, typeof(EventContent.OrderStep) },
            { EventTypes.OrderCancelled, typeof(EventContent.OrderCancelled) },
            { EventTypes.OrderUncancelled, typeof(EventContent.OrderUncancelled) },
            { EventTypes.OrderLinesCancelled, typeof(EventContent.OrderLinesCancelled) },
            { EventTypes.OrderRefunded, typeof(EventContent.OrderRefunded) },
            { EventTypes.OrderReturned, typeof(EventContent.OrderReturned) },
            { EventTypes.TrackUpdated, typeof(EventContent.TrackUpdated) },
            { EventTypes.ProductUpdated, typeof(EventContent.ProductUpdated) },
            { EventTypes.OrderFlagged, typeof(EventContent.OrderFlagged) },
            { EventTypes.OrderSplit, typeof(EventContent.OrderSplit) },
            { EventTypes.OrderMerged, typeof(EventContent.OrderMerged) },
            { EventTypes.OrderUnmerged, typeof(EventContent.OrderUnmerged) },
            { EventTypes.OrderTracked, typeof(EventContent.OrderTracked) },
            { EventTypes.ProductPatched, typeof(EventContent.ProductPatched) },
        };

    [Theory]
    [MemberData(nameof(Contents))]
    public void Every_member_of_a_content_is_classified_in_its_form(string type, Type content) =>
        Assert.Empty(Unclassified(content, PayloadClassification.Events[type], type));

    [Fact]
    public void Every_content_and_every_type_has_a_row()
    {
        var contents = typeof(EventContent).GetNestedTypes().Where(nested => nested.IsSubclassOf(typeof(EventContent)));
        var types = typeof(EventTypes)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!);

        Assert.Equal(
            contents.OrderBy(content => content.Name),
            Contents.Select(row => row.Data.Item2).Distinct().OrderBy(content => content.Name)
        );
        Assert.Equal(
            types.Except(EventTypes.OfTheMarketplace).Order(StringComparer.Ordinal),
            Contents.Select(row => row.Data.Item1).Order(StringComparer.Ordinal)
        );
        Assert.Equal(types.Order(StringComparer.Ordinal), PayloadClassification.Events.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_member_that_nobody_classified_is_found() =>
        Assert.Equal(
            ["x.buyer.sealed"],
            Unclassified(
                typeof(Sample),
                [
                    new("currency", DataClass.Public),
                    new(
                        "buyer",
                        DataClass.Public,
                        MemberForm.Group,
                        [.. PayloadClassification.Buyer.Where(member => member.Name != "sealed")]
                    ),
                ],
                "x"
            )
        );

    [Fact]
    public void Every_private_field_has_a_place_among_the_buyers_members() =>
        Assert.Equal(
            Enum.GetValues<PrivateFields>().Where(field => field != PrivateFields.None).Order(),
            PayloadClassification.Buyer.Where(member => member.Class == DataClass.BuyerPrivate).Select(member => member.Field).Order()
        );

    [Fact]
    public void A_buyers_private_fields_are_places_with_a_reason_and_what_the_platform_notes_for_itself_is_not_there()
    {
        var data = Render(Created(PrivateFields.Name | PrivateFields.Street), []);

        var buyer = data.GetProperty("buyer");
        Assert.Equal(["region", "country", "postcode_prefix", "name", "street"], buyer.EnumerateObject().Select(member => member.Name));
        Assert.Equal("""{"redacted":true,"reason":"buyer-private"}""", buyer.GetProperty("name").GetRawText());
        Assert.Equal(19.90m, data.GetProperty("items")[0].GetProperty("unit_price").GetDecimal());
    }

    [Theory]
    [InlineData("""{"reason":"late","buyer_name":"canary","more":{"a":"canary"}}""", """{"reason":"late"}""")]
    [InlineData("""{"reason":{"name":"canary"}}""", "{}")]
    [InlineData("""{"reason":["canary"]}""", "{}")]
    [InlineData("""["canary"]""", "{}")]
    [InlineData("canary", "{}")]
    public void What_the_store_holds_beyond_the_table_does_not_leave(string stored, string left) =>
        Assert.Equal(left, Render(Event(EventTypes.OrderCancelled, Encoding.UTF8.GetBytes(stored)), []).GetRawText());

    [Fact]
    public void Of_a_type_that_a_newer_release_wrote_nothing_leaves_but_that_it_happened() =>
        Assert.Equal("{}", Render(Event("order.from-the-future", """{"note":"canary"}"""u8.ToArray()), []).GetRawText());

    [Fact]
    public void A_private_value_in_the_place_of_its_mark_does_not_leave()
    {
        var stored =
            """{"currency":"CNY","items":[{"line":1,"product_id":"p","quantity":1,"unit_price":1,"freight":0,"engraving":"canary"}],"buyer":{"name":"canary","region":"Zhejiang","sealed":1},"payments":[{"type":"card","amount":1,"card":"canary"}]}"""u8.ToArray();

        var data = Render(Event(EventTypes.OrderCreated, stored), []).GetRawText();

        Assert.DoesNotContain("canary", data, StringComparison.Ordinal);
        Assert.Contains("\"name\":{\"redacted\":true", data, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_source_may_send_and_what_a_plugin_gets_differ_in_the_buyer_alone()
    {
        foreach (var row in Contents.Where(row => row.Data.Item1 != EventTypes.OrderCreated))
        {
            var stored = EventContents.Encode(Sampled(row.Data.Item2));
            Assert.Equal(Encoding.UTF8.GetString(stored.Span), Render(Event(row.Data.Item1, stored), []).GetRawText());
        }
    }

    [Fact]
    public void The_handle_is_there_for_who_may_make_labels_and_only_where_there_is_an_address()
    {
        var street = Created(PrivateFields.Street);

        Assert.Equal(AddressHandles.Of(Installation, "o-1"), Render(street, [LabelScopes.Write]).GetProperty("address_handle").GetString());
        Assert.False(Render(street, ["orders.read", LabelScopes.Rates]).TryGetProperty("address_handle", out _));
        Assert.False(Render(Created(PrivateFields.Name), [LabelScopes.Write]).TryGetProperty("address_handle", out _));
        Assert.False(Render(Event(EventTypes.OrderPaid, "{}"u8.ToArray()), [LabelScopes.Write]).TryGetProperty("address_handle", out _));
    }

    [Fact]
    public void A_handle_is_of_one_installation_and_order_and_always_the_same()
    {
        var handle = AddressHandles.Of(Installation, "o-1");

        Assert.Matches("^adr_[0-9a-f]{32}$", handle);
        Assert.Equal(handle, AddressHandles.Of(InstallationId.Parse("s-1/label-printer", null), "o-1"));
        Assert.True(AddressHandles.IsOf(handle, Installation, "o-1"));
        Assert.All(new[] { ("s-1/label-printer", "o-2"), ("s-2/label-printer", "o-1"), ("s-1/order-pilot", "o-1") }, other =>
            Assert.False(AddressHandles.IsOf(handle, InstallationId.Parse(other.Item1, null), other.Item2))
        );
        Assert.False(AddressHandles.IsOf(string.Empty, Installation, "o-1"));
    }

    private sealed record Sample(string Currency, PublicBuyer? Buyer);

    private static IEnumerable<string> Unclassified(Type shape, ImmutableArray<ClassifiedMember> members, string path)
    {
        foreach (var property in shape.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            var inner = $"{path}.{name}";
            var (form, of) = FormOf(Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType);
            var member = members.FirstOrDefault(member => member.Name == name);
            if (member is null || member.Form != form)
            {
                yield return inner;
            }
            else if (of is not null)
            {
                foreach (var missing in Unclassified(of, member.Members, inner))
                {
                    yield return missing;
                }
            }
        }
    }

    private static (MemberForm Form, Type? Of) FormOf(Type type) =>
        type switch
        {
            _ when type == typeof(string) || type.IsPrimitive || type.IsEnum || type == typeof(decimal) || type == typeof(DateTimeOffset) =>
                (MemberForm.Value, null),
            { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) => FormOf(type.GenericTypeArguments[0])
                is (MemberForm.Value, _)
                ? (MemberForm.Values, null)
                : (MemberForm.Groups, type.GenericTypeArguments[0]),
            { IsGenericType: true } when type.GetGenericTypeDefinition() == typeof(ImmutableSortedDictionary<,>) => (
                MemberForm.Texts,
                null
            ),
            _ => (MemberForm.Group, type),
        };

    private static EventContent Sampled(Type content) =>
        content.Name switch
        {
            nameof(EventContent.OrderStep) => new EventContent.OrderStep(),
            nameof(EventContent.OrderCancelled) => new EventContent.OrderCancelled("late"),
            nameof(EventContent.OrderUncancelled) => new EventContent.OrderUncancelled("paid after all"),
            nameof(EventContent.OrderLinesCancelled) => new EventContent.OrderLinesCancelled([new ParcelItem(1, 2)], "sold out"),
            nameof(EventContent.OrderRefunded) => new EventContent.OrderRefunded(1.5m, 2, "damaged"),
            nameof(EventContent.OrderReturned) => new EventContent.OrderReturned("damaged", "broken glass"),
            nameof(EventContent.TrackUpdated) => new EventContent.TrackUpdated("o-1", "sf", "moving", "Shenzhen"),
            nameof(EventContent.ProductUpdated) => new EventContent.ProductUpdated("Lamp", "light", 1.5m, "CNY", 300, Attributes),
            nameof(EventContent.OrderFlagged) => new EventContent.OrderFlagged("other", "note"),
            nameof(EventContent.OrderSplit) => new EventContent.OrderSplit([
                new Parcel([new ParcelItem(1, 2)]),
                new Parcel([new ParcelItem(1, 1)]),
            ]),
            nameof(EventContent.OrderMerged) => new EventContent.OrderMerged(["o-2", "o-3"]),
            nameof(EventContent.OrderUnmerged) => new EventContent.OrderUnmerged(["o-2", "o-3"]),
            nameof(EventContent.OrderTracked) => new EventContent.OrderTracked("w-1", "sf"),
            nameof(EventContent.ProductPatched) => new EventContent.ProductPatched("Lamp", 2m, "light", Attributes),
            _ => throw new InvalidOperationException($"Give {content.Name} a sample."),
        };

    private static ImmutableSortedDictionary<string, string> Attributes =>
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, [KeyValuePair.Create("colour", "red")]);

    private static PluginEvent Created(PrivateFields existing) =>
        Event(
            EventTypes.OrderCreated,
            EventContents.Encode(
                new EventContent.OrderCreated(
                    "CNY",
                    [new OrderLine(1, "p-1", 2, 19.90m, 5m)],
                    new PublicBuyer("Zhejiang", "CN", "31", existing),
                    [new Payment("card", 44.80m)],
                    null
                )
            )
        );

    private static PluginEvent Event(string type, ReadOnlyMemory<byte> data) =>
        new(SellerId.Parse("s-1", null), 7, "/tests", "e-1", type, "o-1", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, data)
        {
            OrderId = "o-1",
        };

    private static JsonElement Render(PluginEvent @event, string[] scopes) =>
        JsonElement.Parse(Encoding.UTF8.GetString(EventPayloads.Render(@event, Installation, "2026-11", [.. scopes]))).GetProperty("data");
}

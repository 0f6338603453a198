using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.Catalogue;
using Marketplace.Domain.Tests.Events;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Schemas;
using Marketplace.Schemas.Payloads;
using Xunit;

namespace Marketplace.Domain.Tests.Schemas.Payloads;

/// <summary>The published versions: what they say, that they never change, and how events and orders are served in them.</summary>
public sealed class PayloadSchemasTests
{
    private const string Reason = """{"return_reason_code":"size-too-small","reason":"does not fit"}""";

    /// <summary>
    /// Every version that there ever was, in their order. A line is added with a version, and none is changed or taken away, also when its
    /// version is.
    /// </summary>
    private static readonly Publication[] Published = JsonSerializer.Deserialize<Publication[]>(
        Approved("published"),
        JsonSerializerOptions.Web
    )!;

    public static TheoryData<string> Versions { get; } = [.. Published.Select(publication => publication.Version)];

    /// <summary>Contents of every type with every member.</summary>
    private static readonly (string Type, EventContent Content)[] Contents =
    [
        (
            EventTypes.OrderCreated,
            new EventContent.OrderCreated(
                "BRL",
                [
                    new OrderLine(1, "p", 1, 1m, 1m)
                    {
                        Discount = 1m,
                        Tax = 1m,
                        Refunded = 1m,
                        CancelledQuantity = 1,
                    },
                ],
                new PublicBuyer("SP", "BR", "01", PrivateFields.Name),
                [new Payment("card", 1m)],
                Samples.Now
            )
            {
                Discount = 1m,
                Tax = 1m,
                Shipping = 1m,
                Refunded = 1m,
            }
        ),
        (EventTypes.OrderPaid, new EventContent.OrderStep()),
        (EventTypes.OrderShipped, new EventContent.OrderStep()),
        (EventTypes.OrderDelivered, new EventContent.OrderStep()),
        (EventTypes.OrderCancelled, new EventContent.OrderCancelled("late")),
        (EventTypes.OrderUncancelled, new EventContent.OrderUncancelled("paid")),
        (EventTypes.OrderLinesCancelled, new EventContent.OrderLinesCancelled([new ParcelItem(1, 1)], "sold out")),
        (EventTypes.OrderRefunded, new EventContent.OrderRefunded(1m, 1, "damaged")),
        (EventTypes.OrderReturned, new EventContent.OrderReturned("damaged", "broken")),
        (EventTypes.TrackUpdated, new EventContent.TrackUpdated("o", "c", "s", "l") { State = "unknown" }),
        (
            EventTypes.ProductUpdated,
            new EventContent.ProductUpdated("t", "c", 1m, "BRL", 1, ImmutableSortedDictionary<string, string>.Empty.Add("a", "b"))
        ),
        (EventTypes.OrderFlagged, new EventContent.OrderFlagged("other", "n")),
        (EventTypes.OrderSplit, new EventContent.OrderSplit([new Parcel([new ParcelItem(1, 1)])])),
        (EventTypes.OrderMerged, new EventContent.OrderMerged(["o-2"])),
        (EventTypes.OrderUnmerged, new EventContent.OrderUnmerged(["o-2"])),
        (EventTypes.OrderTracked, new EventContent.OrderTracked("t", "c")),
        (
            EventTypes.ProductPatched,
            new EventContent.ProductPatched("t", 1m, "c", ImmutableSortedDictionary<string, string>.Empty.Add("a", "b"))
        ),
    ];

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_published_version_says_what_it_always_said(string version)
    {
        if (PayloadSchemas.Standard.Find(version) is not { } schema)
        {
            // It was ended; whether it might be is told below.
            return;
        }

        var received = Encoding.UTF8.GetString(SchemaDocument.Write(schema)) + "\n";
        var path = Path.Combine(AppContext.BaseDirectory, $"{version}.received.json");
        File.WriteAllText(path, received);

        // A version that plugins pin must not change. Only one that no release had yet may be approved anew, by copying the received text
        // and its digest.
        Assert.Equal(Approved(version), received);
        Assert.Equal(
            Published.Single(known => known.Version == version).Sha256,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(received)))
        );
    }

    [Fact]
    public void Every_version_is_among_the_published_ones_each_in_its_month()
    {
        Assert.Equal(Versions.Select(row => row.Data).Order(StringComparer.Ordinal), Versions.Select(row => row.Data));
        Assert.Empty(PayloadSchemas.Standard.Versions.Select(schema => schema.Version).Except(Published.Select(known => known.Version)));
        Assert.All(Published, known => Assert.Equal(known.Version, known.PublishedOn.ToString("yyyy-MM", CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void No_published_version_is_taken_away_within_twelve_months_after_the_next_one() =>
        Assert.Empty(
            SchemaSupport.EndedTooEarly(SchemaVersions.Standard, Published.Select(known => known.Version), TimeProvider.System.GetUtcNow())
        );

    [Fact]
    public void Every_version_may_follow_the_one_before_it()
    {
        var versions = PayloadSchemas.Standard.Versions;
        Assert.True(versions.Length >= 3);
        Assert.All(versions.Zip(versions.Skip(1)), pair => Assert.Empty(SchemaCompatibility.Check(pair.First, pair.Second)));
    }

    [Fact]
    public void The_newest_version_names_every_member_of_every_event_and_requires_none_that_can_be_missing()
    {
        Assert.Equal(
            PayloadSchemas.Standard.Newest.EventTypes,
            Contents.Select(content => content.Type).Concat(EventTypes.OfTheMarketplace).Order(StringComparer.Ordinal)
        );
        Assert.All(Contents, content =>
        {
            var declared = PayloadSchemas.Standard.Newest.Objects[SchemaChange.EventPrefix + content.Type];
            using var document = JsonDocument.Parse(EventContents.Encode(content.Content));
            var paths = Paths(document.RootElement, string.Empty).Distinct().ToArray();

            // Which private fields exist is the feed's own matter; plugins are told in another form.
            Assert.Empty(paths.Except(declared.Keys).Except(["buyer.sealed"]));
            var required = declared
                .Values.Where(member => member.Required && !member.Path.EndsWith("[]", StringComparison.Ordinal))
                .Select(member => member.Path);
            Assert.Empty(required.Except(paths));
        });
    }

    [Theory]
    [InlineData("2024-02", """{"reason":"does not fit"}""")]
    [InlineData("2024-04", """{"reason":"does not fit"}""")]
    [InlineData("2024-05", Reason)]
    [InlineData("2026-11", Reason)]
    [InlineData("2099-01", Reason)]
    [InlineData("1999-01", """{"reason":"does not fit"}""")]
    public void A_return_has_its_reason_code_from_2024_05_on(string version, string expected) =>
        Assert.Equal(
            expected,
            Encoding.UTF8.GetString(
                PayloadSchemas.Standard.OfEvent(EventTypes.OrderReturned).Down(Encoding.UTF8.GetBytes(Reason), version).Span
            )
        );

    [Fact]
    public void An_order_loses_exactly_what_came_later()
    {
        var order = """{"order_id":"o","return_reason_code":"damaged","address_handle":"adr_1","unheard_of":1}"""u8.ToArray();
        var conversion = PayloadSchemas.Standard.ConversionOf(PayloadSchemas.Order);

        Assert.Equal("""{"order_id":"o","unheard_of":1}""", Encoding.UTF8.GetString(conversion.Down(order, "2024-02").Span));
        Assert.Equal(
            """{"order_id":"o","return_reason_code":"damaged","unheard_of":1}""",
            Encoding.UTF8.GetString(conversion.Down(order, "2024-05").Span)
        );
        Assert.True(conversion.Down(order, "2026-12").Equals(order.AsMemory()));
    }

    [Fact]
    public void An_event_of_a_type_that_no_version_knows_passes_as_it_is()
    {
        var data = """{"return_reason_code":"damaged"}"""u8.ToArray();
        Assert.True(PayloadSchemas.Standard.OfEvent("order.exploded").Down(data, "2024-02").Equals(data.AsMemory()));
    }

    [Fact]
    public void An_event_type_that_a_version_does_not_know_comes_as_the_version_that_brought_it_has_it()
    {
        var first = PayloadSchema.First("2024-01", [SchemaChange.NewObject("order")]);
        var second = first.Next("2024-04", SchemaChange.NewObject("event:x"), new SchemaChange("event:x", "a", "string", true));
        var third = second.Next("2024-07", new SchemaChange("event:x", "b", "string"));
        var conversion = new PayloadSchemas(first, second, third).OfEvent("x");

        Assert.Equal("""{"a":"1"}""", Encoding.UTF8.GetString(conversion.Down("""{"a":"1","b":"2"}"""u8.ToArray(), "2024-01").Span));
    }

    [Fact]
    public void A_type_is_described_by_the_version_that_brought_it_or_a_later_one()
    {
        var first = PayloadSchema.First("2024-01", [SchemaChange.NewObject("order")]);
        var second = first.Next("2024-04", SchemaChange.NewObject("event:x"));
        var schemas = new PayloadSchemas(first, second);

        Assert.Equal("2024-04", schemas.DescribedIn("x", "2024-01"));
        Assert.Equal("2024-04", schemas.DescribedIn("x", "2024-04"));
        Assert.Null(schemas.DescribedIn("y", "2024-04"));
    }

    [Fact]
    public void A_rendered_event_names_its_version_and_differs_in_nothing_else_but_the_data()
    {
        var @event = new PluginEvent(
            Samples.Seller,
            7,
            "urn:test",
            "e-1",
            EventTypes.OrderReturned,
            "o-1",
            Samples.Now,
            Samples.Now,
            Encoding.UTF8.GetBytes(Reason)
        );
        var newest = Render(@event, "2026-11");

        Assert.Contains("\"dataschema\":\"urn:marketplace:schema:2026-11#/$defs/event:order.returned\"", newest, StringComparison.Ordinal);
        Assert.Equal(In("2024-05"), Render(@event, "2024-05"));
        Assert.Equal(
            In("2024-02").Replace("\"return_reason_code\":\"size-too-small\",", string.Empty, StringComparison.Ordinal),
            Render(@event, "2024-02")
        );

        string In(string version) =>
            newest
                .Replace("schemaversion\":\"2026-11", $"schemaversion\":\"{version}", StringComparison.Ordinal)
                .Replace("schema:2026-11", $"schema:{version}", StringComparison.Ordinal);
    }

    private static string Approved(string name)
    {
        using var reader = new StreamReader(typeof(PayloadSchemasTests).Assembly.GetManifestResourceStream($"{name}.approved.json")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    private static string Render(PluginEvent @event, string schema) =>
        Encoding.UTF8.GetString(
            EventPayloads.Render(@event, new InstallationId(Samples.Seller, PluginId.Parse("p", null)), schema, [EventScopes.Orders])
        );

    private static IEnumerable<string> Paths(JsonElement element, string path) =>
        element.ValueKind switch
        {
            JsonValueKind.Object when path == "attributes" => [],
            JsonValueKind.Object => element
                .EnumerateObject()
                .SelectMany(member =>
                {
                    var below = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
                    return Paths(member.Value, below).Prepend(below);
                }),
            JsonValueKind.Array => element
                .EnumerateArray()
                .SelectMany(item => item.ValueKind == JsonValueKind.Object ? Paths(item, path + "[]") : [path + "[]"]),
            _ => [],
        };

    /// <param name="Version">Its name.</param>
    /// <param name="PublishedOn">The day of its coming.</param>
    /// <param name="Sha256">Of what it says.</param>
    private sealed record Publication(string Version, DateOnly PublishedOn, string Sha256);
}

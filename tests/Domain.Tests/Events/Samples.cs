using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Orders;
using Marketplace.Sellers;

namespace Marketplace.Domain.Tests.Events;

/// <summary>Events and books to test with.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 4, 0, 0, TimeSpan.Zero);
    public static readonly SellerId Seller = SellerId.Parse("seller-1", null);

    public const string CreatedData = """
        {"currency":"BRL","items":[{"line":1,"product_id":"p-1","quantity":3,"unit_price":10.5,"freight":2},{"line":2,"product_id":"p-2","quantity":1,"unit_price":4}],
         "buyer":{"customer_id":"c-CANARY","name":"Ana CANARY","phone":"+55 11 91234-5678","email":"canary@example.com","identity_number":"CANARY-1","street":"Rua CANARY 1",
                  "city":"CANARY-city","postcode":"01310-100","region":"SP","country":"BR","nickname":"CANARY-nick"},
         "payments":[{"type":"credit_card","amount":37.5}],"estimated_delivery":"2026-12-01T00:00:00-03:00","gift_note":"for CANARY"}
        """;

    public static Outcome<ParsedEvent> Parse(
        string type,
        string data,
        string subject = "o-1",
        string id = "e-1",
        DateTimeOffset? time = null
    )
    {
        var envelope = new EventEnvelope(Seller, "urn:test", id, type, subject, time ?? Now);
        using var document = JsonInput.Open(Encoding.UTF8.GetBytes(data), EventLimits.MaxDepth, allowNul: true);
        return document is null ? SyncRefusals.InvalidData("not JSON") : EventParser.Parse(envelope, document.RootElement, Now);
    }

    public static FeedEvent Event(
        long seq,
        string type,
        string subject,
        string data = "{}",
        string? id = null,
        DateTimeOffset? time = null,
        BuyerMark? mark = null
    ) =>
        Parse(type, data, subject, id ?? $"e-{seq}", time)
            .Value!.WithSeal(SealedBuyerPart.With(mark ?? Buyer, new byte[] { 9 }))
            .At(Seller, seq, Now);

    /// <summary>The mark of the buyer of <see cref="CreatedData"/>.</summary>
    public static BuyerMark Buyer => new(1, 7);

    public static SellerIndex IndexOf(params (string Type, string Subject, string Data)[] events)
    {
        var book = new SellerIndex();
        foreach (var (type, subject, data) in events)
        {
            book.Apply(Event(book.Head + 1, type, subject, data));
        }

        return book;
    }

    public static WriteCommand Command(PluginWrite write, string id = "w-1", DateTimeOffset? visibleFrom = null) =>
        new(new InstallationId(Seller, PluginId.Parse("plugin-1", null)), id, visibleFrom, write);

    public static FeedEvent Write(SellerIndex book, WriteCommand command) =>
        ((WriteDecision.NewEvent)PluginWriteRules.Decide(book, command, Now).Value!).Event.At(Seller, book.Head + 1, Now);

    public static PluginWrite.SplitOrder Split(string id, params (int Line, int Quantity)[][] parcels) =>
        new(id, [.. parcels.Select(parcel => new Parcel([.. parcel.Select(item => new ParcelItem(item.Line, item.Quantity))]))]);

    /// <summary>Everything a book shows, without versions and sequence numbers.</summary>
    public static string Shown(SellerIndex book)
    {
        var orders = book.ListOrders(default, 0, int.MaxValue, null)
            .Items.OrderBy(order => order.Id)
            .Select(order => order with { Version = 0, UpdatedSeq = 0 });
        var products = book.ListProducts(0, int.MaxValue)
            .Items.OrderBy(product => product.Id)
            .Select(product => product with { Version = 0, UpdatedSeq = 0 });
        var tracks = ImmutableArray.Create("t-1", "t-2").Select(id => book.GetTracking(id, null).Value);
        return JsonSerializer.Serialize(
            new
            {
                orders,
                products,
                tracks,
            }
        );
    }
}

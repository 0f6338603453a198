using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Api.PlatformApi.Intake;
using Marketplace.Events;
using Marketplace.Privacy;
using Marketplace.Sellers;

namespace Marketplace.Api.Privacy;

/// <summary>
/// Finds the words of an order's own buyer, so that they are redacted from free texts about it (R23). Besides the label service the only
/// decrypter of sealed parts; it only reveals whether and where a text contains a word, so decryption is not recorded.
/// </summary>
public sealed class BuyerDictionary(IGrainFactory grains, IBuyerSeal seal)
{
    /// <summary>The words for a request's events: of buyers in the request itself, and of those in the sellers' feeds.</summary>
    internal async Task<BuyersOfRequest> WordsFor(IEnumerable<ReadEvent> events, CancellationToken cancellationToken)
    {
        var words = new BuyersOfRequest();
        var asked = new Dictionary<SellerId, HashSet<string>>();
        foreach (var item in events)
        {
            if (item.Envelope.Type == EventTypes.OrderCreated)
            {
                words.Add(item.Envelope.Seller, item.Envelope.Subject, CreatedWith(item.Data));
            }
            else if (BuyersOfRequest.OrderOf(item) is { } order)
            {
                if (!asked.TryGetValue(item.Envelope.Seller, out var orders))
                {
                    asked[item.Envelope.Seller] = orders = new HashSet<string>(StringComparer.Ordinal);
                }

                orders.Add(order);
            }
        }

        await Task.WhenAll(
            asked.Select(async seller =>
            {
                var found = await Find(seller.Key, [.. seller.Value], cancellationToken);
                lock (words)
                {
                    foreach (var (order, buyer) in found)
                    {
                        words.Add(seller.Key, order, buyer);
                    }
                }
            })
        );
        return words;
    }

    /// <summary>The words of one order's buyer; empty if order or buyer is unknown.</summary>
    internal async Task<BuyerWords> WordsOf(SellerId seller, string order, CancellationToken cancellationToken)
    {
        var words = BuyerWords.None;
        foreach (var (_, found) in await Find(seller, [order], cancellationToken))
        {
            words = words.With(found);
        }

        return words;
    }

    private async Task<IEnumerable<(string Order, BuyerWords Words)>> Find(
        SellerId seller,
        ImmutableArray<string> orders,
        CancellationToken cancellationToken
    )
    {
        var parts = await grains.GetFeed(seller).ReadBuyers(orders, cancellationToken);
        return parts.Select(part => (part.OrderId, Open(seller, part.Bytes)));
    }

    // Without the key nothing can decrypt it, not even the label service; the text is then scanned by patterns only.
    private BuyerWords Open(SellerId seller, ReadOnlyMemory<byte> bytes) =>
        seal.Open(seller, bytes) is { } opened ? BuyerWords.Of(opened) : BuyerWords.None;

    private static BuyerWords CreatedWith(JsonElement data) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty("buyer", out var buyer) ? BuyerWords.Of(buyer) : BuyerWords.None;
}

/// <summary>The buyers' words of one request, by order. Lives as long as the request.</summary>
internal sealed class BuyersOfRequest
{
    private readonly Dictionary<(SellerId Seller, string Order), BuyerWords> _words = [];

    /// <summary>The order whose buyer the event's free texts may name; null for products, and for events without free text.</summary>
    public static string? OrderOf(ReadEvent item) =>
        item.Envelope.Type switch
        {
            EventTypes.OrderCancelled
            or EventTypes.OrderUncancelled
            or EventTypes.OrderLinesCancelled
            or EventTypes.OrderRefunded
            or EventTypes.OrderReturned => Text(item.Data, "reason") is null ? null : item.Envelope.Subject,
            EventTypes.TrackUpdated => Text(item.Data, "order_id") is { } order && EventLimits.IsId(order) ? order : null,
            _ => null,
        };

    public void Add(SellerId seller, string order, BuyerWords words) =>
        _words[(seller, order)] = _words.TryGetValue((seller, order), out var known) ? known.With(words) : words;

    public BuyerWords Of(ReadEvent item) =>
        OrderOf(item) is { } order && _words.TryGetValue((item.Envelope.Seller, order), out var words) ? words : BuyerWords.None;

    private static string? Text(JsonElement data, string name) =>
        data.ValueKind == JsonValueKind.Object && data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

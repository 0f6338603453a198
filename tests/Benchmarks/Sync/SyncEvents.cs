using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Marketplace.Benchmarks.Targets;

namespace Marketplace.Benchmarks.Sync;

/// <summary>Numbered events of made-up orders, the same for all set-ups.</summary>
internal static class SyncEvents
{
    /// <summary>Consecutive events of one seller: a batch of a hundred is of ten sellers.</summary>
    private const int RunOfSeller = 10;

    private static readonly MediaTypeHeaderValue Batch = new("application/cloudevents-batch+json");
    private static readonly string Run = Guid.NewGuid().ToString("N")[..8];
    private static long LastNumber;

    /// <summary>What stands before an event's number.</summary>
    public static ReadOnlySpan<byte> SubjectMark => "\"subject\":\"sync-"u8;

    /// <summary>Takes the next numbers; no two batches of a run share one.</summary>
    public static long Next(int count) => Interlocked.Add(ref LastNumber, count) - count + 1;

    /// <summary>
    /// The request that sends so many events from a number on, of sellers with indexes from <paramref name="firstSeller"/> on.
    /// </summary>
    public static HttpRequestMessage Request(Uri address, string token, long first, int count, int firstSeller, int sellers)
    {
        var text = new StringBuilder("[");
        for (var number = first; number < first + count; number++)
        {
            text.Append(number == first ? string.Empty : ",");
            Append(text, number, MarketplaceClient.Seller(firstSeller + (int)(number / RunOfSeller % sellers)));
        }

        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(text.Append(']').ToString()) };
        request.Content.Headers.ContentType = Batch;
        request.Headers.Authorization = token.Length > 0 ? new AuthenticationHeaderValue("Bearer", token) : null;
        return request;
    }

    private static void Append(StringBuilder text, long number, string seller) =>
        text.Append(
            CultureInfo.InvariantCulture,
            $$$"""
            {"specversion":"1.0","id":"{{{Run}}}-{{{number}}}","source":"/benchmark","type":"order.created","subject":"sync-{{{number}}}","time":"2026-01-01T00:00:00Z","seller":"{{{seller}}}","data":{"currency":"CNY","items":[{"line":1,"product_id":"bench-product","quantity":2,"unit_price":12.5,"freight":3.0}],"buyer":{"customer_id":"customer-{{{number}}}","name":"Made Up","city":"Somewhere","region":"ZJ","country":"CN","postcode":"310000"},"payments":[{"type":"card","amount":28.0}]}}
            """
        );
}

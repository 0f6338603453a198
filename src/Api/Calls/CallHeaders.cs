using System.Collections.Concurrent;
using System.Globalization;
using Marketplace.Quotas;
using Marketplace.Schemas;

namespace Marketplace.Api.Calls;

/// <summary>
/// The header fields of our own, above all those of the call path: RateLimit fields (IETF draft 10) on every answer, a receipt on every
/// counted one.
/// </summary>
internal static class CallHeaders
{
    public const string RequestId = "X-Request-Id";
    public const string Installation = "Marketplace-Installation";
    public const string Receipt = "Marketplace-Receipt";
    public const string Replayed = "Idempotent-Replayed";
    public const string Version = "Marketplace-Version";

    private const int DaySeconds = 86_400;

    // A SHA-256 in Base64 has 44 characters; a longer receipt would only leave the stack.
    private const int MaxHash = 64;
    private const int MaxReceipt = 256;

    // Bounded by the number of price books.
    private static readonly ConcurrentDictionary<(long Daily, BurstLimit Burst), string> Policies = new();

    public static void WriteLimits(this IHeaderDictionary headers, QuotaView view)
    {
        headers["RateLimit-Policy"] = Policies.GetOrAdd((view.DailyLimit, view.Burst), static limits => Policy(limits.Daily, limits.Burst));
        Span<char> text = stackalloc char[MaxReceipt];
        headers["RateLimit"] = string.Create(
            CultureInfo.InvariantCulture,
            text,
            $"\"daily\";r={view.DailyRemaining};t={Seconds(view.DailyResetsAt, view.At)}, "
                + $"\"burst\";r={view.BurstRemaining};t={Seconds(view.BurstResetsAt, view.At)}"
        );
    }

    public static void WriteReceipt(this IHeaderDictionary headers, in SettledCall call, string callId, ReadOnlySpan<byte> rowHash) =>
        headers[Receipt] = ReceiptOf(call, callId, rowHash);

    public static string ReceiptOf(in SettledCall call, string callId, ReadOnlySpan<byte> rowHash)
    {
        // On the stack: every counted call has one.
        Span<char> hash = stackalloc char[MaxHash];
        Span<char> text = stackalloc char[MaxReceipt];
        Convert.TryToBase64Chars(rowHash, hash, out var length);
        return string.Create(
            CultureInfo.InvariantCulture,
            text,
            $"seq={call.Number}, day=\"{call.Day:yyyy-MM-dd}\", price={call.Price.Amount:0.000}, "
                + $"total={call.Total.Amount:0.000}, call=\"{callId}\", hash=:{hash[..length]}:"
        );
    }

    /// <summary>
    /// Echoes the schema version of the answer; for an older one also since when it is deprecated (RFC 9745) and its end if scheduled (RFC
    /// 8594).
    /// </summary>
    /// <param name="headers">Headers of the answer.</param>
    /// <param name="schemas">The served versions.</param>
    /// <param name="served">The version.</param>
    public static void WriteVersion(this IHeaderDictionary headers, SchemaVersions schemas, string served)
    {
        headers[Version] = served;
        if (schemas.DeprecatedAt(served) is not { } since)
        {
            return;
        }

        headers["Deprecation"] = string.Create(CultureInfo.InvariantCulture, $"@{since.ToUnixTimeSeconds()}");
        if (schemas.Find(served)?.RetiresAt is { } end)
        {
            headers["Sunset"] = end.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
        }
    }

    private static string Policy(long daily, BurstLimit burst)
    {
        var window = Math.Max(1, burst.Capacity / Math.Max(1, burst.PerSecond));
        return string.Create(CultureInfo.InvariantCulture, $"\"daily\";q={daily};w={DaySeconds}, \"burst\";q={burst.Capacity};w={window}");
    }

    private static long Seconds(DateTimeOffset until, DateTimeOffset now) => (long)Math.Max(0, Math.Ceiling((until - now).TotalSeconds));
}

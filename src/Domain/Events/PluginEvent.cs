using System.Security.Cryptography;
using System.Text;
using Marketplace.Sellers;

namespace Marketplace.Events;

/// <summary>A marketplace event as sent to plugins: the feed's event without its sealed part, with its subject's context (R23).</summary>
/// <param name="Seller">The seller.</param>
/// <param name="Seq">Its position in the seller's feed.</param>
/// <param name="Source">CloudEvents source.</param>
/// <param name="Id">CloudEvents id.</param>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="Subject">Order id, tracking id or product id.</param>
/// <param name="Time">When it happened, according to the source.</param>
/// <param name="AcceptedAt">When the feed accepted it.</param>
/// <param name="Data">The public part as stored in the feed.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.plugin-event")]
public sealed record PluginEvent(
    [property: Id(0)] SellerId Seller,
    [property: Id(1)] long Seq,
    [property: Id(2)] string Source,
    [property: Id(3)] string Id,
    [property: Id(4)] string Type,
    [property: Id(5)] string Subject,
    [property: Id(6)] DateTimeOffset Time,
    [property: Id(7)] DateTimeOffset AcceptedAt,
    [property: Id(8)] ReadOnlyMemory<byte> Data
)
{
    private const int IdBytes = 16;
    private const string OrderPrefix = "order/";
    private const string InstallationPrefix = "installation/";

    /// <summary>Its order, including for a waybill's tracking points; null for products.</summary>
    [Id(9)]
    public string? OrderId { get; init; }

    /// <summary>When that order was created; null if unknown (so far), or without an order.</summary>
    [Id(10)]
    public DateTimeOffset? OrderCreatedAt { get; init; }

    /// <summary>Events of one key are delivered one after the other: <c>order/…</c>, <c>product/…</c> or <c>installation/…</c>.</summary>
    public string Key =>
        IsLifecycle ? InstallationPrefix + Subject
        : OrderId is { } order ? KeyOf(order)
        : $"product/{Subject}";

    /// <summary>True for a lifecycle event; its subject is the installation.</summary>
    public bool IsLifecycle => Source == Lifecycle.LifecycleEvent.Source;

    /// <summary>True for a lifecycle event of the installation.</summary>
    public bool IsFor(Installations.InstallationId installation) => IsLifecycle && Subject == installation.ToString();

    /// <summary>True for the key of an installation's lifecycle events.</summary>
    public static bool IsLifecycleKey(string key) => key.StartsWith(InstallationPrefix, StringComparison.Ordinal);

    /// <summary>The key of an order's events.</summary>
    public static string KeyOf(string orderId) => OrderPrefix + orderId;

    /// <summary>The order with this key; null for a product's key.</summary>
    public static string? OrderOf(string key) => key.StartsWith(OrderPrefix, StringComparison.Ordinal) ? key[OrderPrefix.Length..] : null;

    /// <summary>
    /// The id that receivers see, the same in every attempt, channel and replay: <c>evt_</c> and 32 hex digits of a hash of (source, id).
    /// </summary>
    public string MessageId => MessageIdOf(Source, Id);

    /// <inheritdoc cref="MessageId"/>
    public static string MessageIdOf(string source, string id)
    {
        // Prefix the length, so that ("a", "bc") and ("ab", "c") differ.
        var text = Encoding.UTF8.GetBytes(FormattableString.Invariant($"{source.Length}:{source}{id}"));
        return "evt_" + Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, IdBytes));
    }

    /// <summary>The message id of a batch: <c>bat_</c> and 32 hex digits of a hash of its message ids in this order.</summary>
    public static string BatchIdOf(IEnumerable<string> messageIds) =>
        "bat_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join(',', messageIds))).AsSpan(0, IdBytes));
}

/// <summary>Some events of a feed, in order.</summary>
/// <param name="Events">Those after the requested position; empty only if there are none.</param>
/// <param name="Head">The feed's last position when it was read.</param>
[GenerateSerializer, Immutable, Alias("mp.sync.feed-page")]
public sealed record FeedPage(
    [property: Id(0)] System.Collections.Immutable.ImmutableArray<PluginEvent> Events,
    [property: Id(1)] long Head
);

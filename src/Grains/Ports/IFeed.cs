using Marketplace.Events;
using Marketplace.Sellers;

namespace Marketplace.Grains.Ports;

/// <summary>The feed of marketplace events. (seller, seq) and (source, event id) are unique.</summary>
public interface IFeed : IFeedReader
{
    /// <summary>Appends events of one seller, all or none, and returns after they are durable.</summary>
    /// <exception cref="StoreUnavailableException">The write is unconfirmed; the caller must restart from the store.</exception>
    Task<FeedAppend> Append(IReadOnlyList<FeedEvent> events, CancellationToken cancellationToken);
}

/// <summary>Read access to the feed, also without a running store.</summary>
public interface IFeedReader
{
    /// <summary>The seller's events after a sequence number, in order.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    IAsyncEnumerable<FeedEvent> Read(SellerId seller, long afterSeq, CancellationToken cancellationToken);

    /// <summary>At most <paramref name="limit"/> of the seller's events after a sequence number, in order.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    Task<IReadOnlyList<FeedEvent>> ReadPage(SellerId seller, long afterSeq, int limit, CancellationToken cancellationToken);

    /// <summary>All events, ordered by seller (ordinal) and seq, after a position; for export and verification.</summary>
    IAsyncEnumerable<FeedEvent> ReadAll(string afterSeller, long afterSeq, CancellationToken cancellationToken);
}

/// <summary>The result of an append to the feed.</summary>
/// <param name="Result">Nothing was written unless it is <see cref="FeedAppendResult.Appended"/>.</param>
/// <param name="Known">For <see cref="FeedAppendResult.Known"/>: positions (in the argument) of events that are already in the feed of
/// another seller.</param>
public readonly record struct FeedAppend(FeedAppendResult Result, IReadOnlyList<int> Known);

public enum FeedAppendResult
{
    /// <summary>All events are durable.</summary>
    Appended,

    /// <summary>Some (source, id) are already in another seller's feed: remove them and append again.</summary>
    Known,

    /// <summary>Another activation has appended to this seller's feed: the caller's state is stale and must be reloaded.</summary>
    Fenced,
}

using Marketplace.Api.Calls;
using Marketplace.Events;
using Marketplace.Orders;

namespace Marketplace.Api.Http.Paging;

/// <summary>
/// The pages of a list that can be read in two ways: by creation, or with <c>updated_after_seq</c> by last change. Either way they say from
/// where a later poll goes on without missing anything.
/// </summary>
internal sealed class ListPages
{
    private readonly CursorPlace? _cursor;

    public ListPages(HttpRequest request, Call call, char byCreation, char byChange)
    {
        Query = new ListQuery(request, call.Installation, request.Query.ContainsKey(ListQuery.UpdatedAfterSeq) ? byChange : byCreation);
        (_cursor, Limit, UpdatedAfterSeq) = (Query.Place, Query.Limit, Query.Filter.UpdatedAfterSeq);
    }

    public ListQuery Query { get; }

    public int Limit { get; }

    /// <summary>The first thing that is wrong with the query.</summary>
    public Refusal? Refusal => Query.Refusal;

    /// <summary>After which change the page begins; null for a list by creation.</summary>
    public ChangePlace? After =>
        UpdatedAfterSeq is not { } seq ? null
        : _cursor is { } place ? new ChangePlace(place.Position, place.Extra)
        : ChangePlace.After(seq);

    /// <summary>For a list by creation: the position after which the page begins.</summary>
    public long Position => _cursor?.Position ?? 0;

    private long? UpdatedAfterSeq { get; }

    /// <summary>Why the page may not be answered: a place behind the feed's end was not made from this feed.</summary>
    public Refusal? Ahead(long head) =>
        UpdatedAfterSeq > head || _cursor?.Position > head || (UpdatedAfterSeq is null && _cursor?.Extra > head)
            ? SyncRefusals.CursorAhead(head)
            : null;

    /// <summary>Where a later poll goes on: by creation up to where the feed reached when the first page was read.</summary>
    public long CompleteToSeq<T>(Page<T> page) => UpdatedAfterSeq is null && _cursor is { } first ? first.Extra : page.CompleteToSeq;

    public string? Next<T>(Page<T> page) => Query.Cursor(page.Next, UpdatedAfterSeq is null ? CompleteToSeq(page) : page.NextPosition);
}

using Marketplace.Api.Calls;
using Marketplace.Events;
using Marketplace.Orders;

namespace Marketplace.Api.Http.Paging;

/// <summary>
/// Pages of a list readable in two ways: by creation, or with <c>updated_after_seq</c> by last change. Both report where a later poll can
/// continue without gaps.
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

    /// <summary>The first problem of the query.</summary>
    public Refusal? Refusal => Query.Refusal;

    /// <summary>The change after which the page starts; null for a list by creation.</summary>
    public ChangePlace? After =>
        UpdatedAfterSeq is not { } seq ? null
        : _cursor is { } place ? new ChangePlace(place.Position, place.Extra)
        : ChangePlace.After(seq);

    /// <summary>For a list by creation: the position after which the page starts.</summary>
    public long Position => _cursor?.Position ?? 0;

    private long? UpdatedAfterSeq { get; }

    /// <summary>Refuses a position beyond the feed's end, which was made from another feed.</summary>
    public Refusal? Ahead(long head) =>
        UpdatedAfterSeq > head || _cursor?.Position > head || (UpdatedAfterSeq is null && _cursor?.Extra > head)
            ? SyncRefusals.CursorAhead(head)
            : null;

    /// <summary>Where a later poll continues: for a list by creation, the feed's end when the first page was read.</summary>
    public long CompleteToSeq<T>(Page<T> page) => UpdatedAfterSeq is null && _cursor is { } first ? first.Extra : page.CompleteToSeq;

    public string? Next<T>(Page<T> page) => Query.Cursor(page.Next, UpdatedAfterSeq is null ? CompleteToSeq(page) : page.NextPosition);
}

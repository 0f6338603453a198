using Marketplace.Api.Http.Requests;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Orders;

namespace Marketplace.Api.Http.Paging;

/// <summary>Reads the query of an installation's list; its cursors are marked with the installation.</summary>
/// <param name="request">The request.</param>
/// <param name="installation">The installation of accepted cursors.</param>
/// <param name="kind">The kind of list, one of <see cref="Cursors"/>.</param>
/// <param name="defaultLimit">Default page size.</param>
/// <param name="maxLimit">Maximum page size.</param>
internal sealed class ListQuery(HttpRequest request, InstallationId installation, char kind, int defaultLimit = 50, int maxLimit = 100)
    : QueryReader(request)
{
    public const string UpdatedAfterSeq = "updated_after_seq";

    /// <summary>Position after which the page starts; cursors of other lists are refused by their <c>kind</c>.</summary>
    public long After => Place?.Position ?? 0;

    /// <summary>Like <see cref="After"/>, with the list's additional value; null without a cursor.</summary>
    public CursorPlace? Place => Text("cursor") is { } cursor ? Parse(cursor) : null;

    public int Limit
    {
        get
        {
            var limit = Number("limit") ?? defaultLimit;
            if (limit < 1 || limit > maxLimit)
            {
                Wrong("limit", $"a whole number from 1 to {maxLimit}");
            }

            return (int)Math.Clamp(limit, 1, maxLimit);
        }
    }

    public OrderFilter Filter => new(Status(), Instant("created_from"), Instant("created_to"), Number(UpdatedAfterSeq));

    /// <summary>Like <see cref="After"/>; null without a cursor.</summary>
    public long? Cursor() => Place?.Position;

    /// <summary>Like <see cref="Cursor()"/>, preferring a cursor sent elsewhere.</summary>
    public long? Cursor(string? sent) => string.IsNullOrEmpty(sent) ? Cursor() : Parse(sent).Position;

    /// <summary>An id sent as a parameter; null without it.</summary>
    public string? Id(string name)
    {
        if (Text(name) is not { } id)
        {
            return null;
        }

        if (!EventLimits.IsId(id))
        {
            Wrong(name, $"an id: {EventLimits.IdForm}");
        }

        return id;
    }

    /// <summary>The cursor of the next page; null if there is none.</summary>
    public string? Cursor(long? next, long extra = 0) => next is { } position ? Cursors.Of(kind, installation, position, extra) : null;

    private CursorPlace Parse(string cursor)
    {
        var parsed = Cursors.Parse(kind, installation, cursor);
        if (parsed.Refusal is { } refusal)
        {
            Refuse(refusal);
        }

        return parsed.Value;
    }

    private OrderStatus? Status()
    {
        OrderStatus? status = Text("status") switch
        {
            "created" => OrderStatus.Created,
            "paid" => OrderStatus.Paid,
            "shipped" => OrderStatus.Shipped,
            "delivered" => OrderStatus.Delivered,
            "cancelled" => OrderStatus.Cancelled,
            _ => null,
        };
        if (status is null && Text("status") is not null)
        {
            Wrong("status", "created, paid, shipped, delivered or cancelled");
        }

        return status;
    }
}

using System.Globalization;
using Marketplace.Api.Http.Problems;
using Marketplace.Events;
using Marketplace.Installations;
using Marketplace.Orders;

namespace Marketplace.Api.Http.Paging;

/// <summary>Reads the query of a list; the first thing wrong becomes the refusal.</summary>
/// <param name="request">What was sent.</param>
/// <param name="installation">Whose cursors it takes.</param>
/// <param name="kind">One of <see cref="Cursors"/>: of which list.</param>
/// <param name="defaultLimit">Items of a page, where nothing is said.</param>
/// <param name="maxLimit">Items of a page at most.</param>
internal sealed class ListQuery(HttpRequest request, InstallationId installation, char kind, int defaultLimit = 50, int maxLimit = 100)
{
    public const string UpdatedAfterSeq = "updated_after_seq";

    public Refusal? Refusal { get; private set; }

    /// <summary>Position after which the page begins; lists' cursors are told apart by their <c>kind</c>.</summary>
    public long After => Place?.Position ?? 0;

    /// <summary>As <see cref="After"/>, with what the list keeps beside it; null if no cursor was sent.</summary>
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

    /// <summary>As <see cref="After"/>; null if no cursor was sent.</summary>
    public long? Cursor() => Place?.Position;

    /// <summary>As <see cref="Cursor()"/>, but for what was sent on another way, if something was.</summary>
    public long? Cursor(string? sent) => string.IsNullOrEmpty(sent) ? Cursor() : Parse(sent).Position;

    /// <summary>An id that was sent as a parameter; null if none was.</summary>
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
        Refusal ??= parsed.Refusal;
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

    /// <summary>An instant that was sent as a parameter; null if none was.</summary>
    public DateTimeOffset? Instant(string name)
    {
        // A plus sign that was not escaped arrives as a blank; no instant has a blank before its offset otherwise.
        var text = Text(name)?.Replace(' ', '+');
        if (text is null)
        {
            return null;
        }

        if (Rfc3339.TryParse(text, out var at))
        {
            return at;
        }

        Wrong(name, Rfc3339.Form);
        return null;
    }

    private long? Number(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return number;
        }

        Wrong(name, "a whole number");
        return null;
    }

    private string? Text(string name)
    {
        var values = request.Query[name];
        if (values.Count > 1)
        {
            Wrong(name, "given once");
        }

        return string.IsNullOrEmpty(values) ? null : values[0];
    }

    private void Wrong(string name, string expected) =>
        Refusal ??= ProblemWriter.Plain(ProblemKinds.ParameterInvalid, $"The parameter '{name}' must be {expected}.");
}

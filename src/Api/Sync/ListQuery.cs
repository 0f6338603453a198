using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Marketplace.Api.Problems;
using Marketplace.Sync;

namespace Marketplace.Api.Sync;

/// <summary>Reads the query of a list; the first thing wrong becomes the refusal.</summary>
internal sealed class ListQuery(HttpRequest request, char kind)
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 100;

    public Refusal? Refusal { get; private set; }

    /// <summary>Position after which the page begins; lists' cursors are told apart by their <c>kind</c>.</summary>
    public long After => Text("cursor") is { } cursor ? Position(cursor) : 0;

    public int Limit
    {
        get
        {
            var limit = Number("limit") ?? DefaultLimit;
            if (limit is < 1 or > MaxLimit)
            {
                Wrong("limit", $"a whole number from 1 to {MaxLimit}");
            }

            return (int)Math.Clamp(limit, 1, MaxLimit);
        }
    }

    public OrderFilter Filter => new(Status(), Instant("created_from"), Instant("created_to"), Number("updated_after_seq"));

    public string? Cursor(long? next) => next is { } position
        ? Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{kind}{position}")))
        : null;

    private long Position(string cursor)
    {
        Span<byte> bytes = stackalloc byte[32];
        if (cursor.Length <= 32
            && Base64Url.IsValid(cursor)
            && Base64Url.TryDecodeFromChars(cursor, bytes, out var length)
            && length > 1
            && bytes[0] == kind
            && long.TryParse(bytes[1..length], NumberStyles.None, CultureInfo.InvariantCulture, out var position)
            && Cursor(position) == cursor)
        {
            return position;
        }

        Refusal ??= SyncRefusals.InvalidCursor();
        return 0;
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

    private DateTimeOffset? Instant(string name)
    {
        // A plus sign that was not escaped arrives as a blank; no instant has a blank before its offset otherwise.
        var text = Text(name)?.Replace(' ', '+');
        if (text is null)
        {
            return null;
        }

        if (text.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
        {
            return at;
        }

        Wrong(name, "an ISO 8601 instant");
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

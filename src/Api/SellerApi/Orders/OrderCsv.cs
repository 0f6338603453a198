using System.Globalization;
using CsvHelper;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.PluginApi;
using Marketplace.Events;
using Marketplace.Orders;

namespace Marketplace.Api.SellerApi.Orders;

/// <summary>
/// Orders as CSV (RFC 4180, UTF-8): fields visible to plugins, and of the buyer only region and country. Texts that a spreadsheet would
/// evaluate as a formula are escaped with an apostrophe, and unescaped on reading (<see cref="SpreadsheetText"/>).
/// </summary>
internal static class OrderCsv
{
    public const int MaxRows = 200_000;

    private const int MaxRecordBytes = 65_536;

    private static readonly string[] Columns =
    [
        "order_id",
        "status",
        "version",
        "updated_seq",
        "currency",
        "total",
        "created_at",
        "paid_at",
        "shipped_at",
        "delivered_at",
        "cancelled_at",
        "items",
        "region",
        "country",
    ];

    /// <summary>Writes orders, with the header line before the first ones.</summary>
    public static byte[] Write(IEnumerable<OrderView> orders, bool header)
    {
        using var bytes = new MemoryStream();
        using (var csv = CsvWriter.Create(bytes, CsvWriterOptions.Default, leaveOpen: true))
        {
            foreach (var fields in (header ? [Columns] : Array.Empty<string?[]>()).Concat(orders.Select(Fields)))
            {
                foreach (var field in fields)
                {
                    csv.WriteField(field);
                }

                csv.EndRecord();
            }
        }

        return bytes.ToArray();
    }

    /// <summary>
    /// The rows of a list exported or edited by hand: columns are found by name, separated by comma, semicolon or tab, and an unclosed
    /// quote spoils its line only.
    /// </summary>
    /// <exception cref="RequestProblemException">A column is missing, or there are too many rows.</exception>
    /// <exception cref="CsvFormatException">A line is too long.</exception>
    public static async Task<IReadOnlyList<ListedOrder>> Read(Stream text, CancellationToken cancellationToken)
    {
        var options = CsvReaderOptions.Default with
        {
            TrimWhitespace = true,
            AllowLineBreaksInQuotes = false,
            MaxRecordSize = MaxRecordBytes,
            IncludeValuesInExceptions = false,
        };
        using var csv = CsvReader.Create(text, options, leaveOpen: true);
        await csv.ReadHeaderAsync(cancellationToken);
        if (!csv.TryGetFieldIndex("order_id", out var id) || !csv.TryGetFieldIndex("version", out var version))
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                "The first row must name the columns, order_id and version among them."
            );
        }

        var status = csv.TryGetFieldIndex("status", out var index) ? index : (int?)null;
        var rows = new List<ListedOrder>();
        while (await csv.ReadAsync(cancellationToken))
        {
            if (rows.Count == MaxRows)
            {
                throw new RequestProblemException(ProblemKinds.BodyTooLarge, $"A list has at most {MaxRows} rows.");
            }

            if (SpreadsheetText.Unescape(csv.GetString(id)) is { Length: > 0 } order)
            {
                rows.Add(
                    new ListedOrder(
                        Bounded(order),
                        Number(csv.GetString(version)),
                        status is { } column ? StatusOf(csv.GetString(column)) : null
                    )
                );
            }
        }

        return rows;
    }

    // An id too long for any order is shown truncated.
    private static string Bounded(string id) => id.Length <= EventLimits.MaxIdLength ? id : id[..EventLimits.MaxIdLength];

    private static string StatusOf(string text) => Bounded(text).ToLowerInvariant();

    private static long? Number(string text) =>
        long.TryParse(SpreadsheetText.Unescape(text), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string?[] Fields(OrderView order) =>
        [
            SpreadsheetText.Escape(order.Id),
            OrderJson.NameOf(order.Status),
            Text(order.Version),
            Text(order.UpdatedSeq),
            SpreadsheetText.Escape(order.Currency),
            order.Total.ToString(CultureInfo.InvariantCulture),
            Text(order.CreatedAt),
            Text(order.PaidAt),
            Text(order.ShippedAt),
            Text(order.DeliveredAt),
            Text(order.CancelledAt),
            Text(order.Items.Length),
            SpreadsheetText.Escape(order.Buyer?.Region),
            SpreadsheetText.Escape(order.Buyer?.Country),
        ];

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string? Text(DateTimeOffset? instant) => instant?.ToString("O", CultureInfo.InvariantCulture);
}

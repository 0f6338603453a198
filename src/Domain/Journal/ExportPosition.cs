using System.Globalization;
using Marketplace.Billing;
using Marketplace.Deliveries;
using Marketplace.Events;

namespace Marketplace.Journal;

/// <summary>
/// A position in an exported log, as text that can be derived from a line: <c>installation~day~seq</c> in the ledger, <c>seller~seq</c> in
/// the feed, <c>entity~version</c> in the journal, <c>installation~no</c> in the delivery log. The empty text is the beginning.
/// </summary>
/// <param name="Key">Installation, seller or entity; empty at the beginning.</param>
/// <param name="Day">The ledger row's day; <see cref="DateOnly.MinValue"/> in the other logs.</param>
/// <param name="Seq">Seq, version or number.</param>
public readonly record struct ExportPosition(string Key, DateOnly Day, long Seq)
{
    private const char Separator = '~';

    public static ExportPosition Start { get; } = new(string.Empty, DateOnly.MinValue, 0);

    public static string Of(UsageRow row) =>
        FormattableString.Invariant($"{row.Installation}{Separator}{row.Day:yyyy-MM-dd}{Separator}{row.Seq}");

    public static string Of(FeedEvent item) => FormattableString.Invariant($"{item.Seller}{Separator}{item.Seq}");

    public static string Of(JournalFact fact) => FormattableString.Invariant($"{fact.Entity}{Separator}{fact.Version}");

    public static string Of(DeliveryRow row) => FormattableString.Invariant($"{row.Installation}{Separator}{row.No}");

    /// <summary>Parses a position.</summary>
    /// <param name="text">A user's input.</param>
    /// <param name="withDay">True for the ledger.</param>
    /// <param name="position">The position.</param>
    public static bool TryParse(string text, bool withDay, out ExportPosition position)
    {
        position = Start;
        if (text.Length == 0)
        {
            return true;
        }

        var parts = text.Split(Separator);
        var day = DateOnly.MinValue;
        if (
            parts.Length != (withDay ? 3 : 2)
            || parts[0].Length == 0
            || !long.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            || (
                withDay
                && (
                    seq > int.MaxValue
                    || !DateOnly.TryParseExact(parts[1], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day)
                )
            )
        )
        {
            return false;
        }

        position = new ExportPosition(parts[0], day, seq);
        return true;
    }
}

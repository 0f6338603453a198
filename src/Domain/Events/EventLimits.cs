namespace Marketplace.Events;

/// <summary>Bounds of the feed's input; all inclusive.</summary>
public static class EventLimits
{
    public const int MaxDataBytes = 65_536;
    public const int MaxItems = 500;
    public const int MaxIdLength = 128;
    public const int MaxSourceLength = 256;
    public const int MaxTextLength = 500;
    public const int MaxShortTextLength = 128;
    public const int MaxCodeLength = 64;
    public const int MaxAttributes = 100;
    public const int MaxQuantity = 1_000_000;
    public const decimal MaxAmount = 1_000_000_000m;
    public const int MaxDecimals = 4;
    public const int MaxDepth = 16;
    public const int MaxOrdersInMerge = 50;

    /// <summary>Maximum lead of a source's clock over the platform's clock.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromDays(1);

    /// <summary>No event is earlier.</summary>
    public static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The last year of an instant in an event's data.</summary>
    public const int LastYear = 2200;

    /// <summary>Longest CloudEvents id.</summary>
    public const int MaxEventIdLength = 256;

    /// <summary>True for a CloudEvents id: any printable ASCII, because ids are the source's own.</summary>
    public static bool IsEventId(string? text) => text is { Length: > 0 and <= MaxEventIdLength } && text.All(c => c is >= ' ' and <= '~');

    /// <summary>Describes an id, in messages that refuse one.</summary>
    public const string IdForm = "1–128 visible ASCII characters without '/', and neither '.' nor '..'";

    /// <summary>
    /// True for 1–128 visible ASCII characters without <c>/</c>: order, product and tracking ids. Excludes <c>.</c> and <c>..</c>, which no
    /// path can contain in any encoding (RFC 3986 §6.2.2).
    /// </summary>
    public static bool IsId(string? text) =>
        text is { Length: > 0 and <= MaxIdLength } and not "." and not ".." && text.All(c => c is > ' ' and <= '~' and not '/');

    /// <summary>True for 1–64 of <c>A–Z a–z 0–9 . _ -</c>: a source's enumerated values.</summary>
    public static bool IsCode(string? text) =>
        text is { Length: > 0 and <= MaxCodeLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>True for text of at most <paramref name="maxLength"/> characters without control characters.</summary>
    public static bool IsText(string text, int maxLength) => text.Length <= maxLength && !text.Any(char.IsControl);

    public static bool IsAmount(decimal amount) => amount is >= 0 and <= MaxAmount && decimal.Round(amount, MaxDecimals) == amount;

    /// <summary>Truncates instants to milliseconds, as stores do, so that replayed and live state are equal.</summary>
    public static DateTimeOffset ToMilliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}

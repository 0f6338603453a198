namespace Marketplace.Events;

/// <summary>Bounds of what the feed takes; all inclusive.</summary>
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

    /// <summary>How far ahead of the platform's clock a source's clock may be.</summary>
    public static readonly TimeSpan MaxAhead = TimeSpan.FromDays(1);

    /// <summary>No event happened before.</summary>
    public static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The last year of an instant in an event's data.</summary>
    public const int LastYear = 2200;

    /// <summary>Longest CloudEvents id.</summary>
    public const int MaxEventIdLength = 256;

    /// <summary>True for a CloudEvents id: any printable ASCII, because ids are the source's own.</summary>
    public static bool IsEventId(string? text) => text is { Length: > 0 and <= MaxEventIdLength } && text.All(c => c is >= ' ' and <= '~');

    /// <summary>What an id is, for whoever is told that something is none.</summary>
    public const string IdForm = "1–128 visible ASCII characters without '/', and neither '.' nor '..'";

    /// <summary>
    /// True for 1–128 visible ASCII characters without <c>/</c>: order, product and tracking ids. <c>.</c> and <c>..</c> are none, since no
    /// path can carry them, however they are encoded (RFC 3986 §6.2.2).
    /// </summary>
    public static bool IsId(string? text) =>
        text is { Length: > 0 and <= MaxIdLength } and not "." and not ".." && text.All(c => c is > ' ' and <= '~' and not '/');

    /// <summary>True for 1–64 of <c>A–Z a–z 0–9 . _ -</c>: words of a list that a source keeps.</summary>
    public static bool IsCode(string? text) =>
        text is { Length: > 0 and <= MaxCodeLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>True for text of at most <paramref name="maxLength"/> characters without control characters.</summary>
    public static bool IsText(string text, int maxLength) => text.Length <= maxLength && !text.Any(char.IsControl);

    public static bool IsAmount(decimal amount) => amount is >= 0 and <= MaxAmount && decimal.Round(amount, MaxDecimals) == amount;

    /// <summary>Instants are kept to the millisecond, as stores keep them, so that replayed and live state are the same.</summary>
    public static DateTimeOffset ToMilliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}

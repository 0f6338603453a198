using Marketplace.Sellers;

namespace Marketplace.Journal;

/// <summary>A notification to a seller.</summary>
/// <param name="Seller">The recipient.</param>
/// <param name="Position">The fact's position in the journal; the notification's id.</param>
/// <param name="At">When it happened.</param>
/// <param name="Kind">The kind of entity and fact, for example <c>installation.paused</c>.</param>
/// <param name="Text">The text.</param>
/// <param name="Installation">The installation concerned, as <c>S/P</c>; null without one.</param>
/// <param name="ReadAt">When it was marked as read; null before.</param>
[GenerateSerializer, Immutable, Alias("mp.audit.notification")]
public sealed record Notification(
    [property: Id(0)] SellerId Seller,
    [property: Id(1)] long Position,
    [property: Id(2)] DateTimeOffset At,
    [property: Id(3)] string Kind,
    [property: Id(4)] BilingualText Text,
    [property: Id(5)] string? Installation,
    [property: Id(6)] DateTimeOffset? ReadAt
);

namespace Marketplace.Audit;

/// <summary>What a seller is told, in both languages.</summary>
[GenerateSerializer, Immutable, Alias("mp.audit.notification-text")]
public sealed record NotificationText([property: Id(0)] string Zh, [property: Id(1)] string En);

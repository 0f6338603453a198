namespace Marketplace.Journal;

/// <summary>
/// Names of the durable streams. Provider, namespaces, shards and queue counts must never change: a cursor belongs to a queue, and a queue
/// to its share of the keys.
/// </summary>
public static class Streams
{
    /// <summary>The stream provider of everything delivered from a log.</summary>
    public const string Provider = "marketplace";

    /// <summary>Every journal fact once, under <see cref="AuditSubject.Of(string)"/>.</summary>
    public const string Audit = "audit";

    /// <summary>Every journal fact once, under one of <see cref="OperatorShards"/> keys; for figures over all sellers.</summary>
    public const string AuditOperators = "audit-operators";

    /// <summary>Growth of a seller's feed, under <c>seller/{seller}</c>; of many events at once only the last is signalled.</summary>
    public const string Sync = "sync";

    /// <summary>Keys of <see cref="AuditOperators"/>: <c>shard/0</c> to <c>shard/3</c>.</summary>
    public const int OperatorShards = 4;
}

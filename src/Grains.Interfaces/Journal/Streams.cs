namespace Marketplace.Journal;

/// <summary>
/// Names of the durable streams. Provider, <see cref="Audit"/>, <see cref="AuditOperators"/>, <see cref="Sync"/>, shards and queue counts
/// must never change: a cursor belongs to a queue, and a queue to its share of the keys. A stream of some of the facts has the keys and
/// the cursor of the stream they are taken from. The streams of <see cref="Audit"/> are few, so that their subscribers are few: one for
/// each seller would be most of the memory of a million sellers.
/// </summary>
public static class Streams
{
    /// <summary>The stream provider of everything delivered from a log.</summary>
    public const string Provider = "marketplace";

    /// <summary>
    /// Every journal fact once, under one of <see cref="AuditShards"/> keys; all facts of one <see cref="AuditSubject.Of(string)"/> under
    /// the same.
    /// </summary>
    public const string Audit = "audit";

    /// <summary>Every journal fact once, under one of <see cref="OperatorShards"/> keys; for figures over all sellers.</summary>
    public const string AuditOperators = "audit-operators";

    /// <summary>Of <see cref="Audit"/>, the facts that may make a lifecycle event (R37).</summary>
    public const string AuditLifecycle = "audit-lifecycle";

    /// <summary>Of <see cref="AuditOperators"/>, the facts of entities with deadlines.</summary>
    public const string AuditDeadlines = "audit-deadlines";

    /// <summary>Of <see cref="AuditOperators"/>, the facts of enterprises.</summary>
    public const string AuditEnterprises = "audit-enterprises";

    /// <summary>Of <see cref="AuditOperators"/>, the registrations and changes of plugins.</summary>
    public const string AuditPlugins = "audit-plugins";

    /// <summary>Of <see cref="AuditOperators"/>, the changes of plugins' endpoints.</summary>
    public const string AuditPluginWebhooks = "audit-plugin-webhooks";

    /// <summary>Of <see cref="AuditOperators"/>, the facts of the register of enforcement.</summary>
    public const string AuditEnforcement = "audit-enforcement";

    /// <summary>Growth of a seller's feed, under <c>seller/{seller}</c>; of many events at once only the last is signalled.</summary>
    public const string Sync = "sync";

    /// <summary>Keys of <see cref="Audit"/>: <c>shard/0</c> to <c>shard/63</c>.</summary>
    public const int AuditShards = 64;

    /// <summary>Keys of <see cref="AuditOperators"/>: <c>shard/0</c> to <c>shard/3</c>.</summary>
    public const int OperatorShards = 4;
}

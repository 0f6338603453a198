using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Enforcement;
using Marketplace.Journal;
using Marketplace.Schemas;
using Marketplace.Sellers;
using Marketplace.Timing;

namespace Marketplace.Grains.Journal;

/// <summary>
/// Which facts the streams of some of the facts carry: a fact is delivered to the subscribers that it concerns, instead of being a grain
/// call for each subscriber that then ignores it.
/// </summary>
internal static class AuditTopics
{
    /// <summary>Topics of <see cref="Streams.Audit"/>.</summary>
    public static IReadOnlyList<string> OfAudit { get; } = [Streams.AuditLifecycle];

    /// <summary>Topics of <see cref="Streams.AuditOperators"/>.</summary>
    public static IReadOnlyList<string> OfOperators { get; } =
    [Streams.AuditDeadlines, Streams.AuditEnterprises, Streams.AuditPlugins, Streams.AuditPluginWebhooks, Streams.AuditEnforcement];

    /// <summary>True if the stream carries the fact.</summary>
    public static bool Carries(string topic, JournalFact fact) =>
        topic switch
        {
            Streams.AuditLifecycle => fact.Type != JournalFact.NothingChanged && IsOfLifecycle(fact),
            Streams.AuditDeadlines => TimedEntities.Contains(fact.Entity) || fact.Type == PluginAdded.FactType,
            Streams.AuditEnterprises => IsOf(fact, "enterprise/"),
            Streams.AuditPlugins => fact.Type is PluginProfile.FactType or PriceAnnounced.FactType || PluginBlocks.IsOne(fact),
            Streams.AuditEnforcement => fact.Type != JournalFact.NothingChanged && IsOf(fact, "enforcement/"),
            Streams.AuditPluginWebhooks => fact.Type != JournalFact.NothingChanged && IsOf(fact, "plugin-webhook/"),
            _ => throw new ArgumentException($"'{topic}' is no topic.", nameof(topic)),
        };

    private static bool IsOfLifecycle(JournalFact fact) =>
        IsOf(fact, "installation/")
        || IsOf(fact, "claim/")
        || (fact.Entity == GrainKeys.Schema() && fact.Type == SchemaAnnouncements.FactType);

    private static bool IsOf(JournalFact fact, string prefix) => fact.Entity.StartsWith(prefix, StringComparison.Ordinal);
}

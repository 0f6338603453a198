using System.Globalization;
using Marketplace.Enterprises;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.Storage.Events;
using Marketplace.Storage.Sql;

namespace Marketplace.Storage;

/// <summary>
/// Verifies the journal's references to other parts of the store: enterprises' documents, and deliveries of installations with an endpoint.
/// </summary>
/// <param name="journal">The facts.</param>
/// <param name="hasDocument">True if a ciphertext exists.</param>
/// <param name="hasDeliveries">True if the delivery log contains any installation.</param>
/// <param name="lastEvent">When the feed accepted a seller's newest event; null without any.</param>
internal sealed class References(
    IJournalReader journal,
    Func<string, Task<bool>> hasDocument,
    Func<Task<bool>> hasDeliveries,
    Func<SellerId, Task<DateTimeOffset?>> lastEvent
)
{
    private const string Enterprises = "enterprise/";
    private const string Deliveries = "delivery/";
    private const string Shared = "plugin-webhook/";
    private const string Installations = "installation/";
    private const int Attempts = 10;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>The check over the parts of a store.</summary>
    public static References Over(IJournalReader journal, IStoreReads documents, IStoreReads deliveries, IStoreReads feed) =>
        new(
            journal,
            id => HasRow(documents, "SELECT 1 FROM document WHERE id = @id", ("id", id)),
            () => HasRow(deliveries, "SELECT 1 FROM delivery_state LIMIT 1"),
            seller => LastEvent(feed, seller)
        );

    public async Task Check(Action<Finding> report, CancellationToken cancellationToken)
    {
        await CheckDocuments(report, cancellationToken);
        await CheckEndpoints(report, cancellationToken);
    }

    private async Task CheckDocuments(Action<Finding> report, CancellationToken cancellationToken)
    {
        Enterprise? state = null;
        var entity = string.Empty;
        await foreach (var fact in Under(Enterprises, cancellationToken))
        {
            if (fact.Entity != entity)
            {
                await CheckDocuments(entity, state, report, cancellationToken);
                (entity, state) = (fact.Entity, null);
            }

            state = Evolve(state, fact);
        }

        await CheckDocuments(entity, state, report, cancellationToken);
    }

    private async Task CheckDocuments(string entity, Enterprise? state, Action<Finding> report, CancellationToken cancellationToken)
    {
        foreach (var id in Documents(state))
        {
            // Other processes may have replaced a document since its fact was read: the new fact is written before the old ciphertext is
            // deleted.
            if (!await hasDocument(id) && await IsNamed(entity, id, cancellationToken) && !await hasDocument(id))
            {
                report(
                    new Finding(
                        "store",
                        entity,
                        null,
                        0,
                        "document-missing",
                        $"the journal names the document {id}, which is not in the document store"
                    )
                );
            }
        }
    }

    private async Task<bool> IsNamed(string entity, string document, CancellationToken cancellationToken)
    {
        Enterprise? state = null;
        await foreach (var fact in journal.Read(entity, 0, cancellationToken))
        {
            state = Evolve(state, fact);
        }

        return Documents(state).Contains(document);
    }

    private static IEnumerable<string> Documents(Enterprise? state) =>
        state?.Shops.Values.SelectMany(shop => shop.Documents.Values).Select(document => document.File.Id) ?? [];

    private static Enterprise Evolve(Enterprise? state, JournalFact fact) =>
        EnterpriseFold.Evolve(GrainKeys.Parse<Licence>(fact.Entity), state, EnterpriseEvent.Decode(fact.Type, fact.Payload), fact.At);

    private async Task CheckEndpoints(Action<Finding> report, CancellationToken cancellationToken)
    {
        if (await hasDeliveries())
        {
            return;
        }

        var endpoints = await Endpoints(Deliveries, cancellationToken);
        if (await Endpoints(Shared, cancellationToken) is { Count: > 0 } shared)
        {
            foreach (var (entity, since) in await Users(shared, cancellationToken))
            {
                endpoints.TryAdd(entity, since);
            }
        }

        foreach (var (entity, since) in endpoints)
        {
            // An endpoint without deliveries has no row yet; one that existed when its seller's events arrived has.
            if (await lastEvent(GrainKeys.Parse<InstallationId>(entity).Seller) > since && await IsStillWithout(cancellationToken))
            {
                report(
                    new Finding(
                        "store",
                        entity,
                        null,
                        0,
                        "deliveries-missing",
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"the journal knows endpoints of {endpoints.Count} installations, and the delivery log knows none: "
                                + $"all events would be sent again"
                        )
                    )
                );
                return;
            }
        }
    }

    /// <summary>Since when each entity under a prefix has its endpoint.</summary>
    private async Task<SortedDictionary<string, DateTimeOffset>> Endpoints(string prefix, CancellationToken cancellationToken)
    {
        var endpoints = new SortedDictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        await foreach (var fact in Under(prefix, cancellationToken))
        {
            switch (fact.Type)
            {
                case "endpoint-set":
                    endpoints.TryAdd(fact.Entity, fact.At);
                    break;
                case "endpoint-removed":
                    endpoints.Remove(fact.Entity);
                    break;
            }
        }

        return endpoints;
    }

    // A store's very first event may just have arrived, with another process about to record it.
    private async Task<bool> IsStillWithout(CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
            if (await hasDeliveries())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Since when running installations use their plugin's endpoint: each is recorded in the delivery log when it starts to. One that is
    /// not running may never have been sent anything.
    /// </summary>
    private async Task<SortedDictionary<string, DateTimeOffset>> Users(
        SortedDictionary<string, DateTimeOffset> shared,
        CancellationToken cancellationToken
    )
    {
        var states = new Dictionary<InstallationId, (Installation State, DateTimeOffset At)>();
        await foreach (var fact in Under(Installations, cancellationToken))
        {
            var id = GrainKeys.Parse<InstallationId>(fact.Entity);
            if (shared.ContainsKey(GrainKeys.PluginWebhook(id.Plugin)))
            {
                states[id] = (
                    Installation.Evolve(
                        states.GetValueOrDefault(id).State,
                        InstallationEvent.Decode(fact.Type, fact.Payload),
                        fact.At,
                        fact.Actor
                    ),
                    fact.At
                );
            }
        }

        var users = new SortedDictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (id, (state, at)) in states.Where(pair => pair.Value.State.PhaseAt(pair.Value.At) == InstallationPhase.Running))
        {
            var set = shared[GrainKeys.PluginWebhook(id.Plugin)];
            users.Add(GrainKeys.Delivery(id), set > at ? set : at);
        }

        return users;
    }

    private static async Task<bool> HasRow(IStoreReads store, string sql, params (string Name, object? Value)[] parameters) =>
        (await store.Read(sql, static _ => true, CancellationToken.None, parameters)).Count > 0;

    private static async Task<DateTimeOffset?> LastEvent(IStoreReads feed, SellerId seller)
    {
        var found = await feed.Read(
            "SELECT accepted_at FROM feed WHERE seller = @seller ORDER BY seq DESC LIMIT 1",
            static row => FeedInstant.FromTicks(row.GetInt64(0)),
            CancellationToken.None,
            ("seller", seller.Value)
        );
        return found is [var at] ? at : null;
    }

    private IAsyncEnumerable<JournalFact> Under(string prefix, CancellationToken cancellationToken) =>
        journal.ReadAll(prefix, 0, cancellationToken).TakeWhile(fact => fact.Entity.StartsWith(prefix, StringComparison.Ordinal));
}

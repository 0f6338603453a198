using System.Collections.Immutable;
using Marketplace.Events;
using Marketplace.Evidence;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Schemas.Payloads;

namespace Marketplace.Ledger;

/// <summary>Compares a bundle with the store: rows of the delivery log, events of the feed, facts of the installation.</summary>
internal sealed class EvidenceLookup(EvidenceBundle bundle, InstallationId installation, ILogs logs, Action<Finding> report)
{
    private EvidenceFacts Facts => bundle.Facts;

    public async Task Run(CancellationToken cancellationToken)
    {
        await LookUpRows(cancellationToken);
        await LookUpEvents(cancellationToken);
        await LookUpSettings(cancellationToken);
    }

    private async Task LookUpRows(CancellationToken cancellationToken)
    {
        var wanted = Facts.Rows.GroupBy(row => row.No).ToDictionary(row => row.Key, row => row.First());
        var places = Facts.Events.Select(@event => @event.Seq).ToHashSet();
        await foreach (var row in logs.ReadDelivery(installation, 0, cancellationToken))
        {
            if (wanted.Remove(row.No, out var claimed))
            {
                if (!Convert.ToHexStringLower(row.Hash.Span).Equals(claimed.Hash, StringComparison.OrdinalIgnoreCase))
                {
                    Report(row.No, "row-differs", "the store has another row under this number");
                }
            }
            else if (row.At <= Facts.MadeAt && row.Entries.Any(entry => places.Any(seq => entry.Seq <= seq && seq <= entry.To)))
            {
                Report(row.No, "row-left-out", "the store has a row that names an event of the order and is not in the bundle");
            }
        }

        foreach (var missing in wanted.Keys.Order())
        {
            Report(missing, "row-not-in-store", "the store has no row with this number");
        }
    }

    private async Task LookUpEvents(CancellationToken cancellationToken)
    {
        var wanted = Facts.Events.GroupBy(@event => @event.Seq).ToDictionary(@event => @event.Key, @event => @event.First());
        await foreach (var item in logs.ReadFeed(cancellationToken))
        {
            if (item.Seller != installation.Seller)
            {
                continue;
            }

            if (wanted.Remove(item.Seq, out var claimed))
            {
                Compare(claimed, item);
            }
            else if (
                Facts.Reader != EvidenceReaders.Plugin
                && item.AcceptedAt <= Facts.MadeAt
                && EventContents.OrderOf(item) == Facts.OrderId
            )
            {
                Report(item.Seq, "event-left-out", "the store has an event of the order that is not in the bundle");
            }
        }

        foreach (var missing in wanted.Keys.Order())
        {
            Report(missing, "event-not-in-store", "the feed has no event at this place");
        }
    }

    private void Compare(EvidenceEvent claimed, FeedEvent item)
    {
        var @event = new PluginEvent(
            item.Seller,
            item.Seq,
            item.Source,
            item.Id,
            item.Type,
            item.Subject,
            item.Time,
            item.AcceptedAt,
            item.Data
        )
        {
            OrderId = EventContents.OrderOf(item),
            OrderCreatedAt = Facts.OrderCreatedAt,
        };
        var stored = EvidenceEvent.Of(@event);
        if (claimed != stored with { Id = claimed.Id is null ? null : stored.Id })
        {
            Report(item.Seq, "event-differs", "the feed has another event at this place");
        }
        else if (@event.OrderId != Facts.OrderId)
        {
            Report(item.Seq, "event-of-another-order", "the event is not about the bundle's order");
        }
        else
        {
            ComparePayloads(@event);
        }
    }

    /// <summary>Renders the event as it must have been sent, and compares the body hashes.</summary>
    private void ComparePayloads(PluginEvent @event)
    {
        foreach (var hop in bundle.Journeys.Where(journey => journey.Seq == @event.Seq).SelectMany(journey => journey.Hops))
        {
            if (
                hop is { PayloadHash: { } sent, Schema: { } schema }
                && !ScopesAround(hop)
                    .Any(scopes => EvidenceBundle.HashOf(EventPayloads.Render(@event, installation, schema, scopes)) == sent)
            )
            {
                Report(@event.Seq, "payload-differs", $"row {hop.Row} names another body than the event makes in the schema {schema}");
            }
        }
    }

    /// <summary>
    /// The scopes that may have been granted when the body was made: the log records when its answer arrived, and the certification may
    /// have changed since.
    /// </summary>
    private IEnumerable<ImmutableHashSet<string>> ScopesAround(EvidenceHop hop)
    {
        foreach (var at in new[] { hop.At, hop.At.AddMilliseconds(-hop.LatencyMs ?? 0).AddSeconds(-1) })
        {
            var granted = Facts.Settings.At(at)?.Scopes ?? [];
            yield return granted.Intersect(Facts.Plugin.Scopes).ToImmutableHashSet(StringComparer.Ordinal);
            yield return granted.ToImmutableHashSet(StringComparer.Ordinal);
        }
    }

    private async Task LookUpSettings(CancellationToken cancellationToken)
    {
        var entity = GrainKeys.Of(installation);
        var facts = new List<JournalFact>();
        await foreach (var fact in logs.ReadJournal(cancellationToken))
        {
            if (fact.Entity == entity)
            {
                facts.Add(fact);
            }
        }

        // Ignore facts later than the bundle.
        var stored = EvidenceSettings.Of(facts.Where(fact => fact.At <= Facts.MadeAt));
        var same =
            stored.Length == Facts.Settings.Length
            && stored
                .Zip(Facts.Settings)
                .All(pair =>
                    pair.First with { Scopes = [] } == pair.Second with { Scopes = [] }
                    && pair.First.Scopes.SequenceEqual(pair.Second.Scopes)
                );
        if (!same)
        {
            Report(0, "settings-differ", "the journal leads to other settings of the seller");
        }
    }

    private void Report(long seq, string code, string detail) => report(new Finding("evidence", Facts.OrderId, null, seq, code, detail));
}

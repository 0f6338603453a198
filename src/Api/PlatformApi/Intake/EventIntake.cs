using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Api.Privacy;
using Marketplace.Events;
using Marketplace.Privacy;
using Marketplace.Sellers;

namespace Marketplace.Api.PlatformApi.Intake;

/// <summary>
/// Accepts the events of one request: parses, redacts, marks, seals, groups by seller in order, and appends for all sellers concurrently.
/// </summary>
public sealed class EventIntake(IServiceProvider services)
{
    /// <summary>Maximum changed attributes named in one answer.</summary>
    public const int MaxNamed = 1_000;

    private readonly IPrivatePartSeal _seal = services.GetRequiredService<IPrivatePartSeal>();
    private readonly IGrainFactory _grains = services.GetRequiredService<IGrainFactory>();
    private readonly BuyerDictionary _dictionary = services.GetRequiredService<BuyerDictionary>();
    private readonly TimeProvider _time = services.GetRequiredKeyedService<TimeProvider>(TimeProviderNames.Grains);
    private readonly List<(int Index, Refusal Refusal)> _refused = [];

    /// <summary>The refusal of the first rejected event.</summary>
    public Refusal? FirstRefusal { get; private set; }

    /// <param name="events">Members of one body.</param>
    /// <param name="isWellFormed">
    /// True if <see cref="JsonInput"/> accepted the whole body; otherwise each member is checked individually.
    /// </param>
    /// <param name="cancellationToken">Cancels waiting, not appending.</param>
    public async Task<IntakeAnswer> Ingest(IReadOnlyList<JsonElement> events, bool isWellFormed, CancellationToken cancellationToken)
    {
        var parsed = await Parse(events, isWellFormed, cancellationToken);
        var bySeller = parsed
            .GroupBy(item => item.Event.Envelope.Seller)
            .Select(seller => (Seller: seller.Key, Events: EventSequence.Arrange([.. seller], item => item.Event.Envelope)))
            .ToList();
        var appended = await Task.WhenAll(bySeller.Select(seller => Append(seller.Seller, seller.Events, cancellationToken)));
        var (accepted, duplicates, changed) = (0, 0, new List<ChangedAttribute>());
        foreach (var (item, answer) in bySeller.SelectMany(seller => seller.Events).Zip(appended.SelectMany(answers => answers)))
        {
            if (answer.IsReused)
            {
                _refused.Add((item.Index, SyncRefusals.ReusedId()));
                continue;
            }

            duplicates += answer.Duplicate ? 1 : 0;
            accepted += answer.Duplicate ? 0 : 1;
            changed.AddRange(
                item.Changes.Select(change => new ChangedAttribute(item.Index, PathOf(item.Index, change.Attribute), change.Change))
            );
        }

        _refused.Sort((one, other) => one.Index.CompareTo(other.Index));
        FirstRefusal = _refused.Count > 0 ? _refused[0].Refusal : null;
        return new IntakeAnswer(
            accepted,
            duplicates,
            [
                .. _refused.Select(refused => new RejectedEvent(
                    refused.Index,
                    refused.Refusal.Code,
                    PathOf(refused.Index, AttributeOf(refused.Refusal)),
                    refused.Refusal.Reason
                )),
            ],
            [.. changed.OrderBy(change => change.Index).Take(MaxNamed)]
        );
    }

    private static string AttributeOf(Refusal refusal) =>
        refusal.TryGet(RefusalFacts.Attribute, out var attribute) ? attribute : string.Empty;

    private static string PathOf(int index, string attribute) => attribute.Length > 0 ? $"events[{index}].{attribute}" : $"events[{index}]";

    private async Task<List<Parsed>> Parse(IReadOnlyList<JsonElement> events, bool isWellFormed, CancellationToken cancellationToken)
    {
        var read = new List<(int Index, ReadEvent Event)>(events.Count);
        for (var i = 0; i < events.Count; i++)
        {
            var outcome = isWellFormed ? EventReader.Read(events[i]) : EventReader.ReadUnchecked(events[i]);
            if (outcome.Refusal is { } refusal)
            {
                _refused.Add((i, refusal));
            }
            else
            {
                read.Add((i, outcome.Value!));
            }
        }

        var words = await _dictionary.WordsFor(read.Select(item => item.Event), cancellationToken);
        var (parsed, now) = (new List<Parsed>(read.Count), _time.GetUtcNow());
        foreach (var (index, item) in read)
        {
            var outcome = EventParser.Parse(item.Envelope, item.Data, now, words.Of(item));
            if (outcome.Refusal is { } refusal)
            {
                _refused.Add((index, refusal));
            }
            else
            {
                parsed.Add(new Parsed(index, outcome.Value!, [.. item.Dropped, .. outcome.Value!.Changes]));
            }
        }

        return parsed;
    }

    private async Task<ImmutableArray<AppendedEvent>> Append(
        SellerId seller,
        ImmutableArray<Parsed> events,
        CancellationToken cancellationToken
    )
    {
        var incoming = ImmutableArray.CreateBuilder<IncomingEvent>(events.Length);
        foreach (var item in events)
        {
            incoming.Add(item.Event.WithSeal(await _seal.Seal(seller, item.Event, cancellationToken)));
        }

        return await _grains.GetFeed(seller).Append(incoming.MoveToImmutable(), cancellationToken);
    }

    private sealed record Parsed(int Index, ParsedEvent Event, ImmutableArray<AttributeChange> Changes);
}

using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Journal;

namespace Marketplace.Enterprises;

/// <summary>The review queue: the fold of its facts.</summary>
/// <param name="Open">Enterprises with pending decisions, and the version at which each was recorded.</param>
/// <param name="Counted">The number of each enterprise's decided reviews included in the figures.</param>
/// <param name="Months">The figures by month.</param>
public sealed record ReviewQueue(
    ImmutableDictionary<Licence, long> Open,
    ImmutableDictionary<Licence, int> Counted,
    ImmutableSortedDictionary<DateOnly, (int Decided, int InTime)> Months
)
{
    public static ReviewQueue Empty { get; } =
        new(
            ImmutableDictionary<Licence, long>.Empty,
            ImmutableDictionary<Licence, int>.Empty,
            ImmutableSortedDictionary<DateOnly, (int, int)>.Empty
        );

    /// <summary>Records that an enterprise has reviews to decide; null if already recorded.</summary>
    public ReviewQueueEvent? OpenReviews(Licence licence, long version) =>
        Open.TryGetValue(licence, out var known) && known >= version ? null : new ReviewQueueEvent.Opened(licence.Value, version);

    /// <summary>Counts new decisions of an enterprise, and closes it if nothing is pending any more; null for neither.</summary>
    /// <param name="licence">The enterprise.</param>
    /// <param name="state">Its current state; null if its first fact was never appended.</param>
    public ReviewQueueEvent? CountDecisions(Licence licence, Enterprise? state)
    {
        // The announced fact may not have been appended yet.
        var done = state is not null && state.Version >= Open[licence] && !state.HasWork;
        var decided = state
            ?.Closed.Skip(Counted.GetValueOrDefault(licence))
            .Select(review => new CountedReview(review.DecidedAt, review.InTime))
            .ToImmutableArray()
            ?? [];
        return done || decided.Length > 0 ? new ReviewQueueEvent.Counted(licence.Value, done, decided) : null;
    }

    public ReviewQueue Evolve(ReviewQueueEvent @event, MarketCalendar calendar)
    {
        switch (@event)
        {
            case ReviewQueueEvent.Opened opened:
                return this with { Open = Open.SetItem(Licence.Parse(opened.Licence, null), opened.Version) };
            case ReviewQueueEvent.Counted counted:
                var licence = Licence.Parse(counted.Licence, null);
                return new ReviewQueue(
                    counted.Done ? Open.Remove(licence) : Open,
                    Counted.SetItem(licence, Counted.GetValueOrDefault(licence) + counted.Reviews.Length),
                    counted.Reviews.Aggregate(Months, (months, review) => Add(months, review, calendar))
                );
            default:
                throw new InvalidOperationException($"No fold for {@event.GetType().Name}.");
        }
    }

    private static ImmutableSortedDictionary<DateOnly, (int Decided, int InTime)> Add(
        ImmutableSortedDictionary<DateOnly, (int Decided, int InTime)> months,
        CountedReview review,
        MarketCalendar calendar
    )
    {
        var day = calendar.DayOf(review.DecidedAt);
        var month = new DateOnly(day.Year, day.Month, 1);
        var (decided, inTime) = months.GetValueOrDefault(month);
        return months.SetItem(month, (decided + 1, inTime + (review.InTime ? 1 : 0)));
    }
}

/// <summary>A decided review, reduced to the inputs of the figures.</summary>
public sealed record CountedReview(DateTimeOffset DecidedAt, bool InTime);

/// <summary>An event of the queue.</summary>
public abstract record ReviewQueueEvent : IJournalEvent
{
    private ReviewQueueEvent() { }

    public sealed record Opened(string Licence, long Version) : ReviewQueueEvent;

    /// <param name="Licence">The enterprise.</param>
    /// <param name="Done">True if nothing is pending there any more.</param>
    /// <param name="Reviews">Decisions not counted before.</param>
    public sealed record Counted(string Licence, bool Done, ImmutableArray<CountedReview> Reviews) : ReviewQueueEvent;

    public string Type => this is Opened ? "review-opened" : "review-counted";

    public ReadOnlyMemory<byte> Encode() => JsonSerializer.SerializeToUtf8Bytes(this, GetType(), ReviewQueueJson.Default);

    /// <exception cref="FormatException">The journal contains a type unknown to this version.</exception>
    public static ReviewQueueEvent Decode(string type, ReadOnlyMemory<byte> payload) =>
        type switch
        {
            "review-opened" => JsonSerializer.Deserialize(payload.Span, ReviewQueueJson.Default.Opened)!,
            "review-counted" => JsonSerializer.Deserialize(payload.Span, ReviewQueueJson.Default.Counted)!,
            _ => throw new FormatException($"The journal contains a queue event of unknown type '{type}'."),
        };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ReviewQueueEvent.Opened))]
[JsonSerializable(typeof(ReviewQueueEvent.Counted))]
internal sealed partial class ReviewQueueJson : JsonSerializerContext;

using Marketplace.Events;
using Marketplace.Orders;

namespace Marketplace.Shipments;

/// <summary>One mention of a waybill: a tracking point, or an order's assignment.</summary>
/// <param name="OrderId">The order.</param>
/// <param name="Carrier">The carrier; null if not stated.</param>
/// <param name="Point">The point; null for an assignment.</param>
internal sealed record TrackNote(string OrderId, string? Carrier, EventContent.TrackUpdated? Point);

/// <summary>
/// One waybill number in memory. Carriers reuse numbers, so it may belong to several parcels in turn: a new parcel begins when another
/// order names a number that was not mentioned for <see cref="RestingTime"/>. The view shows the last parcel; it belongs to the order that
/// named it first.
/// </summary>
internal sealed class TrackEntry(string id)
{
    /// <summary>After this time without a mention a number may belong to another parcel.</summary>
    public static readonly TimeSpan RestingTime = TimeSpan.FromDays(30);

    /// <summary>After this time it may do so even if its order was never final.</summary>
    public static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(180);

    private readonly SortedDictionary<Stamp, TrackNote> _notes = [];
    private readonly HashSet<string> _orders = new(StringComparer.Ordinal);

    /// <summary>The plugin's write that assigned the waybill to an order: a repeat is answered with it.</summary>
    private readonly Dictionary<string, (string EventId, long Seq)> _written = new(StringComparer.Ordinal);

    private List<List<KeyValuePair<Stamp, TrackNote>>>? _parcels;

    public string Id { get; } = id;

    /// <summary>All orders that ever named it.</summary>
    public IReadOnlyCollection<string> Orders => _orders;

    /// <summary>The order of the last parcel.</summary>
    public string OrderId => Parcels[^1][0].Value.OrderId;

    /// <summary>Instant of the last mention.</summary>
    public long NewestTicks => Parcels[^1][^1].Key.Ticks;

    private List<List<KeyValuePair<Stamp, TrackNote>>> Parcels => _parcels ??= Divide();

    /// <summary>True if the carrier reported the end of the last parcel.</summary>
    public bool HasArrived =>
        Parcels[^1].FindLast(note => note.Value.Point is not null).Value?.Point is { } last
        && (last.State ?? TrackStates.Of(last.Status)) is TrackStates.Delivered or TrackStates.Returned;

    /// <summary>True if the number was not mentioned for a time.</summary>
    public bool HasRested(DateTimeOffset now, TimeSpan time) => now.UtcTicks - NewestTicks >= time.Ticks;

    /// <summary>The carrier of an order's last parcel with this number; null if unknown.</summary>
    public string? CarrierFor(string orderId) =>
        Parcels.FindLast(parcel => parcel.Exists(note => note.Value.OrderId == orderId)) is { } parcel ? CarrierOf(parcel) : null;

    /// <summary>
    /// The carrier of each order's last parcel with this number, like <see cref="CarrierFor"/>, in one pass over the mentions.
    /// </summary>
    public Dictionary<string, string?> Carriers()
    {
        var carriers = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var parcel in _notes.Count == 0 ? [] : Parcels)
        {
            var carrier = CarrierOf(parcel);
            foreach (var note in parcel)
            {
                carriers[note.Value.OrderId] = carrier;
            }
        }

        return carriers;
    }

    public void Record(Stamp stamp, TrackNote note)
    {
        _notes[stamp] = note;
        _orders.Add(note.OrderId);
        _parcels = null;
    }

    public void Write(string orderId, string eventId, long seq) => _written[orderId] = (eventId, seq);

    public (string EventId, long Seq)? WrittenFor(string orderId) => _written.TryGetValue(orderId, out var written) ? written : null;

    public TrackView View()
    {
        var parcel = Parcels[^1];
        return new TrackView(
            Id,
            OrderId,
            CarrierOf(parcel),
            [.. parcel.Where(note => note.Value.Point is not null).Select(note => Shown(note.Key, note.Value.Point!))]
        );
    }

    private static TrackPoint Shown(Stamp stamp, EventContent.TrackUpdated point) =>
        new(new DateTimeOffset(stamp.Ticks, TimeSpan.Zero), point.Status, point.Location)
        {
            State = point.State ?? TrackStates.Of(point.Status),
        };

    private static string? CarrierOf(List<KeyValuePair<Stamp, TrackNote>> parcel) =>
        parcel.FindLast(note => note.Value.Carrier is not null).Value?.Carrier;

    private List<List<KeyValuePair<Stamp, TrackNote>>> Divide()
    {
        var parcels = new List<List<KeyValuePair<Stamp, TrackNote>>>();
        foreach (var note in _notes)
        {
            var begins =
                parcels.Count == 0
                || (
                    note.Key.Ticks - parcels[^1][^1].Key.Ticks >= RestingTime.Ticks
                    && !parcels[^1].Exists(known => known.Value.OrderId == note.Value.OrderId)
                );
            if (begins)
            {
                parcels.Add([]);
            }

            parcels[^1].Add(note);
        }

        return parcels;
    }
}

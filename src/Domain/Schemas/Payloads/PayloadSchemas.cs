using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Marketplace.Schemas.Payloads;

/// <summary>
/// The registry of payload versions (R64). Producers write the newest; an older version is the newest without later additions. A published
/// version never changes: a test compares it with an approved text, and a new one must pass <see cref="SchemaCompatibility"/>.
/// </summary>
public sealed class PayloadSchemas
{
    /// <summary>Objects in answers of operations.</summary>
    public const string Order = "order";
    public const string Product = "product";
    public const string Tracking = "tracking";

    private readonly FrozenDictionary<string, PayloadConversion> _ofEvents;

    /// <param name="versions">In release order, at least one.</param>
    public PayloadSchemas(params ImmutableArray<PayloadSchema> versions)
    {
        ArgumentOutOfRangeException.ThrowIfZero(versions.Length, nameof(versions));
        Versions = versions;
        _ofEvents = Newest.EventTypes.ToFrozenDictionary(
            type => type,
            type => ConversionOf(SchemaChange.EventPrefix + type),
            StringComparer.Ordinal
        );
    }

    /// <summary>The versions of this release.</summary>
    public static PayloadSchemas Standard { get; } =
        new(PublishedSchemas.V202402, PublishedSchemas.V202405, PublishedSchemas.V202611, PublishedSchemas.V202612);

    /// <summary>In release order.</summary>
    public ImmutableArray<PayloadSchema> Versions { get; }

    public PayloadSchema Newest => Versions[^1];

    /// <summary>The version by name; null if unknown.</summary>
    public PayloadSchema? Find(string version) => Versions.FirstOrDefault(known => known.Version == version);

    /// <summary>The last version not later than the month; the first one if all are later.</summary>
    public PayloadSchema At(string month) => Versions[Math.Max(0, Place(month))];

    /// <summary>The conversion of an event type's data; unknown types stay unchanged.</summary>
    public PayloadConversion OfEvent(string type) => _ofEvents.GetValueOrDefault(type) ?? PayloadConversion.None;

    /// <summary>The conversion of an object nested in a larger answer.</summary>
    /// <param name="name">The object.</param>
    /// <param name="within">Its path in the answer: <c>orders[]</c>; empty if it is the answer.</param>
    /// <exception cref="ArgumentException">The object is unknown to every version.</exception>
    public PayloadConversion ConversionOf(string name, string within = "") =>
        Newest.Objects.ContainsKey(name)
            ? new PayloadConversion(Versions, name, within)
            : throw new ArgumentException($"No version knows '{name}'.", nameof(name));

    /// <summary>
    /// The version whose document describes an event type's data as written in a version; null for a type unknown to every version.
    /// </summary>
    /// <param name="type">The event type.</param>
    /// <param name="version">The version the event is written in; a type added later is written in the version that introduced it.</param>
    public string? DescribedIn(string type, string version) =>
        Versions
            .Skip(Math.Max(0, Place(version)))
            .FirstOrDefault(known => known.Objects.ContainsKey(SchemaChange.EventPrefix + type))
            ?.Version;

    private int Place(string month)
    {
        var place = Versions.Length - 1;
        while (place >= 0 && string.CompareOrdinal(Versions[place].Version, month) > 0)
        {
            place--;
        }

        return place;
    }
}

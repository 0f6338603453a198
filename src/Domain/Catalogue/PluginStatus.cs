using System.Collections.Immutable;
using Marketplace.Journal;

namespace Marketplace.Catalogue;

/// <summary>A schema version pinned by a plugin's manifest from an instant on.</summary>
/// <param name="Schema">The version; null for the newest.</param>
/// <param name="Since">When the manifest was registered.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.pinned")]
public readonly record struct PinnedSchema([property: Id(0)] string? Schema, [property: Id(1)] DateTimeOffset Since);

/// <summary>One line of the list of all plugins, folded from the plugin's own facts.</summary>
/// <param name="Plugin">The plugin.</param>
/// <param name="Version">Version of the last fact included.</param>
/// <param name="Name">Shown to sellers.</param>
/// <param name="CertifiedSince">Start of the uninterrupted certification; null if it is not certified.</param>
/// <param name="Pins">Its pins in order, the last <see cref="KeptPins"/> of them; the last one is in force.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.standing")]
public sealed record PluginStatus(
    [property: Id(0)] PluginId Plugin,
    [property: Id(1)] long Version,
    [property: Id(2)] string Name,
    [property: Id(3)] DateTimeOffset? CertifiedSince,
    [property: Id(4)] ImmutableArray<PinnedSchema> Pins
)
{
    /// <summary>Pins kept.</summary>
    public const int KeptPins = 50;

    /// <summary>The version in force; null for the newest.</summary>
    public string? Pinned => Pins[^1].Schema;

    /// <summary>Folds a fact of the plugin; a fact already included, or of another type, changes nothing.</summary>
    /// <param name="before">Null before the plugin's first fact.</param>
    /// <param name="fact">A fact of entity <c>plugin/…</c>.</param>
    /// <exception cref="FormatException">The fact holds no profile.</exception>
    public static PluginStatus? After(PluginStatus? before, JournalFact fact)
    {
        ArgumentNullException.ThrowIfNull(fact);
        if (fact.Type != PluginProfile.FactType || fact.Version <= before?.Version)
        {
            return before;
        }

        var profile = PluginProfile.Decode(fact.Payload);
        var pin = new PinnedSchema(profile.Manifest.Schema, fact.At);
        ImmutableArray<PinnedSchema> pins =
            before is null ? [pin]
            : before.Pinned == pin.Schema ? before.Pins
            : before.Pins.Add(pin);
        return new PluginStatus(
            profile.Id,
            fact.Version,
            profile.Name,
            profile.Certified ? before?.CertifiedSince ?? fact.At : null,
            pins.Length > KeptPins ? pins.RemoveAt(0) : pins
        );
    }
}

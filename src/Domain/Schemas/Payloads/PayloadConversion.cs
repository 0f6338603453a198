using System.Collections.Immutable;

namespace Marketplace.Schemas.Payloads;

/// <summary>
/// Converts an object to older schema versions: removes members unknown to the older one, adds nothing, and keeps all other bytes. So
/// conversions compose and are idempotent. An object unknown to the older version keeps the form of the version that introduced it: event
/// types are added, not withheld. Pure.
/// </summary>
public sealed class PayloadConversion
{
    /// <summary>For objects unknown to every version: removes nothing.</summary>
    public static readonly PayloadConversion None = new([], []);

    private readonly ImmutableArray<string> _versions;

    // By version, the conversion from the newest; null if there is nothing to remove.
    private readonly ImmutableArray<PayloadCut?> _cuts;

    internal PayloadConversion(ImmutableArray<PayloadSchema> versions, string name, string within)
        : this([.. versions.Select(version => version.Version)], [.. versions.Select(to => CutOf(versions, name, within, to))]) { }

    private PayloadConversion(ImmutableArray<string> versions, ImmutableArray<PayloadCut?> cuts) => (_versions, _cuts) = (versions, cuts);

    /// <summary>Converts the payload to a version; returns the payload itself if unchanged.</summary>
    /// <param name="payload">A payload of that version or a later one.</param>
    /// <param name="version">A month: selects the last version not later than it, or the first one.</param>
    public ReadOnlyMemory<byte> Down(ReadOnlyMemory<byte> payload, string version)
    {
        var place = _versions.Length - 1;
        while (place > 0 && string.CompareOrdinal(_versions[place], version) > 0)
        {
            place--;
        }

        return place >= 0 && _cuts[place] is { } cut ? cut.Apply(payload) : payload;
    }

    private static PayloadCut? CutOf(ImmutableArray<PayloadSchema> versions, string name, string within, PayloadSchema to)
    {
        var has = (to.Objects.ContainsKey(name) ? to : versions.First(version => version.Objects.ContainsKey(name))).Objects[name];
        // The elements of an array are not a member: they are removed with it.
        var gone = versions[^1]
            .Objects[name]
            .Keys.Where(path => !has.ContainsKey(path) && !path.EndsWith("[]", StringComparison.Ordinal))
            .ToArray();
        return gone.Length == 0 ? null : new PayloadCut(gone.Select(path => within.Length == 0 ? path : $"{within}.{path}"));
    }
}

using System.Collections.Immutable;

namespace Marketplace.Schemas.Payloads;

/// <summary>
/// Makes older versions of one object out of newer ones: takes out what the older one does not have, adds nothing, and leaves the rest byte
/// for byte. So two steps are one, and a step twice is a step. An object that the older version does not know at all stays as the version
/// that brought it has it: event types are added, not withheld. Pure.
/// </summary>
public sealed class PayloadConversion
{
    /// <summary>Of objects that no version knows: nothing is taken out.</summary>
    public static readonly PayloadConversion None = new([], []);

    private readonly ImmutableArray<string> _versions;

    // By version the way down to it from the newest; null where there is nothing to take out.
    private readonly ImmutableArray<PayloadCut?> _cuts;

    internal PayloadConversion(ImmutableArray<PayloadSchema> versions, string name, string within)
        : this([.. versions.Select(version => version.Version)], [.. versions.Select(to => CutOf(versions, name, within, to))]) { }

    private PayloadConversion(ImmutableArray<string> versions, ImmutableArray<PayloadCut?> cuts) => (_versions, _cuts) = (versions, cuts);

    /// <summary>The payload as a version has it; the payload itself where that is the same.</summary>
    /// <param name="payload">In that version or a later one.</param>
    /// <param name="version">A month: the last version not later than it is meant, or the first one.</param>
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
        // The elements of an array are no member: they go with it.
        var gone = versions[^1]
            .Objects[name]
            .Keys.Where(path => !has.ContainsKey(path) && !path.EndsWith("[]", StringComparison.Ordinal))
            .ToArray();
        return gone.Length == 0 ? null : new PayloadCut(gone.Select(path => within.Length == 0 ? path : $"{within}.{path}"));
    }
}

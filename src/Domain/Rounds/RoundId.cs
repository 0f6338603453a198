using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Marketplace.Catalogue;
using Marketplace.Installations;
using Marketplace.Listings;
using Marketplace.Sellers;

namespace Marketplace.Rounds;

/// <summary>
/// Identifies a sandbox round of a plugin: <c>version.number</c>, for example <c>0f…9a.2</c>. The version is named by the first 32
/// hexadecimal digits of its hash, so that the id fits into a seller's.
/// </summary>
[GenerateSerializer, Immutable, Alias("mp.rounds.id")]
public readonly record struct RoundId : IParsable<RoundId>
{
    /// <summary>Digits of the hash that name the version.</summary>
    public const int VersionDigits = 32;

    private RoundId(string version, int number) => (Version, Number) = (version, number);

    /// <summary>The first digits of the version's hash.</summary>
    [Id(0)]
    public string Version { get; }

    /// <summary>The number of the round among those of the version, from 1.</summary>
    [Id(1)]
    public int Number { get; }

    /// <summary>The seller for whom alone the round's plugin can call.</summary>
    public SellerId Seller => SellerId.Parse(SandboxSellers.Prefix + this, null);

    /// <exception cref="FormatException">The hash has too few digits.</exception>
    public static RoundId Of(string hash, int number) =>
        Parse(string.Create(CultureInfo.InvariantCulture, $"{VersionOf(hash)}.{number}"), null);

    /// <summary>What names a version in ids of rounds; the whole text if it is no hash.</summary>
    public static string VersionOf(string hash)
    {
        ArgumentNullException.ThrowIfNull(hash);
        return hash.Length > VersionDigits ? hash[..VersionDigits] : hash;
    }

    /// <exception cref="FormatException">The text is not an id.</exception>
    public static RoundId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"'{s}' is not the id of a round.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out RoundId result)
    {
        result = default;
        if (
            s?.Split('.') is not [{ Length: VersionDigits } version, { Length: > 0 } digits]
            || version.Any(static c => !char.IsAsciiHexDigitLower(c))
            || digits[0] == '0'
            || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number > ListingRules.MaxRounds
        )
        {
            return false;
        }

        result = new RoundId(version, number);
        return true;
    }

    public InstallationId Installation(PluginId plugin) => new(Seller, plugin);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Version}.{Number}");
}

/// <summary>
/// The sellers of sandbox rounds: one for each round. Their ids are reserved, so that no token, event or command of a real seller reaches
/// them, and no round reaches a real seller.
/// </summary>
public static class SandboxSellers
{
    /// <summary>Every id that begins so is reserved.</summary>
    public const string Prefix = "sandbox.";

    public static bool Contains(SellerId seller) => seller.Value?.StartsWith(Prefix, StringComparison.Ordinal) == true;

    /// <summary>The seller's round; null for a real seller.</summary>
    public static RoundId? RoundOf(SellerId seller) =>
        Contains(seller) && RoundId.TryParse(seller.Value[Prefix.Length..], null, out var round) ? round : null;
}

using System.Globalization;

namespace Marketplace.TestKit.Client;

/// <summary>The <c>Marketplace-Receipt</c> of a counted call.</summary>
/// <param name="Seq">The call's number in the day; 1 or more.</param>
/// <param name="Day">The quota day.</param>
/// <param name="Price">What the call costs, CNY.</param>
/// <param name="Total">The day's sum up to and including it, CNY.</param>
/// <param name="Call">The call id; 32 hexadecimal digits.</param>
/// <param name="Hash">Chain hash of the ledger row that holds it; Base64.</param>
public sealed record Receipt(long Seq, DateOnly Day, decimal Price, decimal Total, string Call, string Hash)
{
    public const string HeaderName = "Marketplace-Receipt";

    /// <summary>
    /// Reads a structured-field dictionary like <c>seq=1, day="2026-11-23", price=0.000, total=0.000, call="…", hash=:…:</c>.
    /// </summary>
    /// <exception cref="FormatException">A member is missing or malformed.</exception>
    public static Receipt Parse(string field)
    {
        // No member's value has a comma or an equals sign but the hash's padding at its end.
        var members = field
            .Split(',', StringSplitOptions.TrimEntries)
            .Select(member => member.Split('=', 2))
            .ToDictionary(member => member[0], member => member.Length == 2 ? member[1] : "");
        string Member(string name) =>
            members.TryGetValue(name, out var value) ? value : throw new FormatException($"No '{name}' in receipt '{field}'.");

        return new Receipt(
            long.Parse(Member("seq"), CultureInfo.InvariantCulture),
            DateOnly.ParseExact(Member("day").Trim('"'), "yyyy-MM-dd", CultureInfo.InvariantCulture),
            decimal.Parse(Member("price"), CultureInfo.InvariantCulture),
            decimal.Parse(Member("total"), CultureInfo.InvariantCulture),
            Member("call").Trim('"'),
            Member("hash").Trim(':')
        );
    }
}

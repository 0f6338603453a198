using System.Text.Json;
using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Plugin;

/// <summary>Scans a plugin's answers for a buyer's private data: in named members, and anywhere in texts.</summary>
internal static class PrivateData
{
    private static readonly string[] Public = ["region", "country", "postcode_prefix"];

    /// <summary>Locations of private data; never the data.</summary>
    public static IEnumerable<string> Leaks(Buyer buyer, JsonElement answer)
    {
        var values = Values(buyer)
            .OfType<string>()
            .Where(value => value.Length > 2 && value != buyer.Region && value != buyer.Country)
            .ToList();
        return Walk(answer, "$", values);
    }

    private static string?[] Values(Buyer buyer) =>
        [
            buyer.CustomerId,
            buyer.UniqueId,
            buyer.Name,
            buyer.Phone,
            buyer.Email,
            buyer.IdentityNumber,
            buyer.Street,
            buyer.City,
            buyer.Postcode,
        ];

    private static IEnumerable<string> Walk(JsonElement json, string path, List<string> values) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Member(member, path, values)),
            JsonValueKind.Array => json.EnumerateArray().SelectMany(item => Walk(item, $"{path}[]", values)),
            JsonValueKind.String when values.Any(value => Contains(json.GetString()!, value)) => [path],
            JsonValueKind.Number when values.Any(value => IsNumber(value, json.GetRawText())) => [path],
            _ => [],
        };

    private static IEnumerable<string> Member(JsonProperty member, string path, List<string> values)
    {
        var at = $"{path}.{member.Name}";
        return member.Name == "buyer" && member.Value.ValueKind == JsonValueKind.Object
            ? member
                .Value.EnumerateObject()
                .Where(part => IsOpen(part))
                .Select(part => $"{at}.{part.Name}")
                .Union(Walk(member.Value, at, values))
            : Walk(member.Value, at, values);
    }

    /// <summary>True for a private member with any value but the redaction mark.</summary>
    private static bool IsOpen(JsonProperty member) =>
        member.Value.ValueKind switch
        {
            JsonValueKind.Null => false,
            JsonValueKind.Object => !(member.Value.TryGetProperty("redacted", out var mark) && mark.ValueKind == JsonValueKind.True),
            _ when member.Name == "postcode_prefix" => member.Value.ToString().Length > 2,
            _ => !Public.Contains(member.Name),
        };

    /// <summary>Matches whole words only: five digits of a postcode inside a long id are coincidence.</summary>
    private static bool Contains(string text, string value)
    {
        for (var at = 0; (at = text.IndexOf(value, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var end = at + value.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end])))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A telephone or identity number without separators; shorter numbers are too likely to be counts.</summary>
    private static bool IsNumber(string value, string number) =>
        number.Length >= 8 && string.Concat(value.Where(char.IsAsciiDigit)) == number;
}

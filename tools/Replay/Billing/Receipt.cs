using System.Globalization;
using System.Text.RegularExpressions;

namespace Marketplace.Replay.Billing;

/// <summary>The server's receipt for one counted call: its number in the day, its price, the day's total including it.</summary>
internal readonly partial record struct Receipt(DateOnly Day, int Seq, decimal Price, decimal Total, string Operation)
{
    /// <summary>Null if the text is not a receipt.</summary>
    public static Receipt? Parse(string header, string operation)
    {
        var members = Members().Matches(header).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim('"'));
        var numbers = CultureInfo.InvariantCulture;
        return
            members.TryGetValue("seq", out var seq)
            && int.TryParse(seq, numbers, out var number)
            && members.TryGetValue("day", out var day)
            && DateOnly.TryParseExact(day, "yyyy-MM-dd", out var date)
            && members.TryGetValue("price", out var price)
            && decimal.TryParse(price, numbers, out var amount)
            && members.TryGetValue("total", out var total)
            && decimal.TryParse(total, numbers, out var sum)
            && members.ContainsKey("call")
            && members.ContainsKey("hash")
            ? new Receipt(date, number, amount, sum, operation)
            : null;
    }

    [GeneratedRegex("""([a-z]+)=("[^"]*"|:[^:]*:|[^,;\s]+)""")]
    private static partial Regex Members();
}

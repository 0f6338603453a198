namespace Marketplace.Diagnostics;

/// <summary>Readers of an error log.</summary>
public enum ErrorReader
{
    /// <summary>The installation's seller.</summary>
    Seller,

    /// <summary>The plugin's developer.</summary>
    Developer,

    /// <summary>The platform's operators.</summary>
    Operator,
}

/// <summary>
/// Decides which fields of an error log each reader sees (R61). The seller sees what failed, when, and who can fix it, but nothing of the
/// developer's internals. The developer sees the facts of the request, but nothing of the seller's business: no order, no money. The
/// operator sees everything. Buyers' data are in none of them, because they never enter an entry.
/// </summary>
public static class ErrorRedaction
{
    private const string SpendCounter = "spend";

    public static ErrorEntry For(ErrorReader reader, ErrorEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return reader switch
        {
            ErrorReader.Operator => entry,
            ErrorReader.Developer => ForDeveloper(entry),
            _ => ForSeller(entry),
        };
    }

    private static ErrorEntry ForSeller(ErrorEntry entry) =>
        entry with
        {
            Duration = null,
            TokenId = null,
            Address = null,
            Upstream = null,
            Rule = null,
        };

    private static ErrorEntry ForDeveloper(ErrorEntry entry)
    {
        var ofMoney = entry.Counter == SpendCounter;
        return entry with
        {
            // A reason may quote the seller's text or spending limit; the code already names the rule.
            Reason = null,
            Limit = ofMoney ? null : entry.Limit,
            Used = ofMoney ? null : entry.Used,
            Order = null,
            Address = null,
        };
    }
}

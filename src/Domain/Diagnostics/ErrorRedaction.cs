namespace Marketplace.Diagnostics;

/// <summary>Who reads an error log.</summary>
public enum ErrorReader
{
    /// <summary>The seller whose installation it is.</summary>
    Seller,

    /// <summary>The plugin's developer.</summary>
    Developer,

    /// <summary>The platform's operators.</summary>
    Operator,
}

/// <summary>
/// What of an error log is shown to whom (R61). The seller learns what failed when and who can mend it, and nothing of the developer's
/// internals. The developer learns the facts of the request, and nothing of the seller's business: no order, no money. The operator sees
/// all there is. Buyers' data are in none of them, because they never get into an entry.
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
            // A reason may quote what the seller wrote, or what the seller may spend; the code says which rule it was.
            Reason = null,
            Limit = ofMoney ? null : entry.Limit,
            Used = ofMoney ? null : entry.Used,
            Order = null,
            Address = null,
        };
    }
}

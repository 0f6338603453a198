namespace Marketplace.Ledger;

/// <summary>The logs of a store on disk or of a PostgreSQL database.</summary>
internal static class StoreLogs
{
    public static Task<ILogs> Open(LedgerArguments arguments) => throw new LogsUnavailableException("No store can be opened yet.");
}

using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Marketplace.Identity.Tests;

/// <summary>Counts the reads of tokens in a host's store, and takes the store away.</summary>
internal sealed class StoreProbe : DbCommandInterceptor
{
    private const int CannotOpen = 14;

    // Pollers read other tables at any time.
    private const string Tokens = "OpenIddictTokens";

    private int _reads;

    public bool Away { get; set; }

    public int Reads => Volatile.Read(ref _reads);

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        if (command.CommandText.Contains(Tokens, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _reads);
        }

        return Away ? throw new SqliteException("The store is away.", CannotOpen) : ValueTask.FromResult(result);
    }
}

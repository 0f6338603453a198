using System.Data.Common;
using System.Runtime.CompilerServices;

namespace Marketplace.Storage.Sql;

/// <summary>Reads a log of any length in pages, so that neither a connection nor memory is held for all of it.</summary>
internal static class LogPages
{
    private const int PageRows = 500;
    private static readonly string Limit = FormattableString.Invariant($" LIMIT {PageRows}");

    /// <summary>Reads all rows after a position.</summary>
    /// <param name="store">The store of the log.</param>
    /// <param name="sql">Reads the rows after a position in the order of their positions, without a limit.</param>
    /// <param name="read">Reads a row.</param>
    /// <param name="parametersAfter">The statement's parameters for the page after a row; for the first page the row is null.</param>
    /// <param name="cancellationToken">Ends the reading between two pages at the latest.</param>
    public static async IAsyncEnumerable<T> ReadPages<T>(
        this IStoreReads store,
        string sql,
        Func<DbDataReader, T> read,
        Func<T?, (string Name, object? Value)[]> parametersAfter,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
        where T : class
    {
        var limited = sql + Limit;
        for (T? last = null; ; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            var page = await store.Read(limited, read, cancellationToken, parametersAfter(last));
            foreach (var row in page)
            {
                yield return row;
            }

            if (page.Count < PageRows)
            {
                yield break;
            }

            last = page[^1];

            // SQLite reads a page without ever yielding: a long log would keep its scheduler from everything else.
            await Task.Yield();
        }
    }
}

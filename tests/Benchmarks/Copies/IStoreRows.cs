namespace Marketplace.Benchmarks.Copies;

/// <summary>Rows of one table.</summary>
internal sealed record RowSet(List<string> Columns, List<object?[]> Rows)
{
    /// <summary>The column's place in a row; -1 if there is none.</summary>
    public int this[string column] => Columns.IndexOf(column);
}

/// <summary>The tables of a stopped server's store, read and written behind its back.</summary>
internal interface IStoreRows : IAsyncDisposable
{
    /// <summary>All columns of the rows that the rest of the statement selects, as in <c>WHERE seller = 'S' ORDER BY seq</c>.</summary>
    Task<RowSet> Read(string table, string rest, CancellationToken cancellationToken);

    /// <summary>The only value of the first row of a SELECT over the table; 0 for NULL.</summary>
    Task<long> Number(string table, string sql, CancellationToken cancellationToken);

    /// <summary>Adds rows, all or none.</summary>
    Task Write(string table, IReadOnlyList<string> columns, IEnumerable<object?[]> rows, CancellationToken cancellationToken);

    /// <summary>Executes statements on the database that has the table.</summary>
    Task Execute(string table, string sql, CancellationToken cancellationToken);

    /// <summary>Brings the store into the state in which a server finds one that grew by itself.</summary>
    Task Finish(CancellationToken cancellationToken);
}

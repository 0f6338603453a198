using System.Data.Common;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Marketplace.Storage.Sql;

/// <summary>
/// Runs read statements that are the same on both stores. A store that does not answer is a <see cref="StoreUnavailableException"/>.
/// </summary>
internal interface IStoreReads
{
    /// <summary>All rows of a bounded statement.</summary>
    Task<List<T>> Read<T>(
        string sql,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters
    );

    /// <summary>The statement that reads the last position of a log; 0 if the log is empty.</summary>
    /// <param name="log">The name of the log's table.</param>
    string HeadOf(string log);
}

/// <summary>As <see cref="IStoreReads"/>, and writes: for tables beside the logs, whose writes are few.</summary>
internal interface IStoreSql : IStoreReads
{
    /// <summary>
    /// One transaction of several statements over the same parameters, of which only the last may have rows; answers them after all is
    /// durable.
    /// </summary>
    Task<List<T>> Write<T>(
        IReadOnlyList<string> statements,
        Func<DbDataReader, T> read,
        CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters
    );
}

/// <summary>What the adapters over <see cref="IStoreSql"/> share.</summary>
internal static class StoreSqlValues
{
    public static async Task Write(
        this IStoreSql store,
        IReadOnlyList<string> statements,
        CancellationToken cancellationToken,
        params (string Name, object? Value)[] parameters
    ) => await store.Write(statements, static _ => 0, cancellationToken, parameters);

    /// <summary>A list of rows, as many as are known only at run time: <c>(@s#)</c> becomes <c>(@s0), (@s1), …</c>.</summary>
    public static string NumberedRows(int count, string row) =>
        string.Join(
            ", ",
            Enumerable
                .Range(0, count)
                .Select(index => row.Replace("#", index.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
        );

    /// <summary>The parameters of <see cref="NumberedRows"/>.</summary>
    public static IEnumerable<(string Name, object? Value)> Numbered<T>(string prefix, IEnumerable<T> values) =>
        values.Select((value, index) => (FormattableString.Invariant($"{prefix}{index}"), (object?)value));

    public static string? Text(DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static ReadOnlyMemory<byte> Bytes(DbDataReader row, int column) =>
        row.IsDBNull(column) ? ReadOnlyMemory<byte>.Empty : row.GetFieldValue<byte[]>(column);

    /// <summary>The bytes as a parameter's array, without a copy where they fill one.</summary>
    public static byte[] Blob(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment) && segment.Count == segment.Array!.Length ? segment.Array : bytes.ToArray();

    public static DateTimeOffset Instant(DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? MaybeInstant(DbDataReader row, int column) => row.IsDBNull(column) ? null : Instant(row, column);
}

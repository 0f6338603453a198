using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Storage.PostgreSql;

/// <summary>Adds one column of a batch as an array parameter.</summary>
internal static class Columns
{
    public static void Text(this NpgsqlParameterCollection parameters, string[] values) => parameters.Add(Of(values, NpgsqlDbType.Text));

    public static void Long(this NpgsqlParameterCollection parameters, long[] values) => parameters.Add(Of(values, NpgsqlDbType.Bigint));

    public static void Integer(this NpgsqlParameterCollection parameters, int[] values) => parameters.Add(Of(values, NpgsqlDbType.Integer));

    public static void Boolean(this NpgsqlParameterCollection parameters, bool[] values) => parameters.Add(Of(values, NpgsqlDbType.Boolean));

    public static void Bytes(this NpgsqlParameterCollection parameters, byte[]?[] values) => parameters.Add(Of(values, NpgsqlDbType.Bytea));

    private static NpgsqlParameter<T[]> Of<T>(T[] values, NpgsqlDbType element) =>
        new() { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | element };

    /// <summary>Nothing as SQL's nothing.</summary>
    public static byte[]? OrNull(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? null : bytes.ToArray();
}

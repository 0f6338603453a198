using System.Collections;
using Npgsql;
using NpgsqlTypes;

namespace Marketplace.Storage.PostgreSql;

/// <summary>The columns of a batch: each is one array parameter of the prepared insert, refilled for every batch.</summary>
internal sealed class Columns(NpgsqlParameterCollection parameters)
{
    private readonly List<IList> _columns = [];

    /// <summary>Whether the server takes all texts; the driver breaks the connection over half of a surrogate pair.</summary>
    public bool CanBeKept => _columns.OfType<List<string?>>().All(column => column.TrueForAll(RefusedValues.CanKeep));

    public List<string> Text() => Add<string>(NpgsqlDbType.Text);

    public List<string?> OptionalText() => Add<string?>(NpgsqlDbType.Text);

    public List<long> Long() => Add<long>(NpgsqlDbType.Bigint);

    public List<long?> OptionalLong() => Add<long?>(NpgsqlDbType.Bigint);

    public List<int> Integer() => Add<int>(NpgsqlDbType.Integer);

    public List<bool> Boolean() => Add<bool>(NpgsqlDbType.Boolean);

    public List<ReadOnlyMemory<byte>> Bytes() => Add<ReadOnlyMemory<byte>>(NpgsqlDbType.Bytea);

    public void Clear()
    {
        foreach (var column in _columns)
        {
            column.Clear();
        }
    }

    private List<T> Add<T>(NpgsqlDbType element)
    {
        var column = new List<T>();
        _columns.Add(column);
        parameters.Add(new NpgsqlParameter<List<T>> { TypedValue = column, NpgsqlDbType = NpgsqlDbType.Array | element });
        return column;
    }
}

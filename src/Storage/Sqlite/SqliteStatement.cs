using System.Buffers;
using System.Text;
using Marketplace.Installations;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Marketplace.Storage.Sqlite;

/// <summary>
/// One prepared statement of a writer, run again and again. It binds values by type: the provider's commands allocate for every value of
/// every row. Must be disposed of before its connection, which would otherwise stay open, with its lock, until the collector comes.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <exception cref="SqliteException">The statement cannot be prepared.</exception>
    public SqliteStatement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle ?? throw new InvalidOperationException("The connection is not open.");
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(_database, sql, out _statement), _database);
    }

    /// <summary>Prepares an insert.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="table">The table.</param>
    /// <param name="columns">Its columns, in the order of the values.</param>
    /// <param name="onConflict">What to do with an existing row; its parameters are bound after the columns.</param>
    public static SqliteStatement Insert(
        SqliteConnection connection,
        string table,
        IReadOnlyList<string> columns,
        string onConflict = ""
    ) =>
        new(
            connection,
            $"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES "
                + $"({string.Join(", ", columns.Select((_, index) => $"?{index + 1}"))}) {onConflict}"
        );

    /// <summary>Begins a run: add the parameters in order, then run it.</summary>
    public Values Bind() => new(this, 1);

    public void Dispose() => _statement.Dispose();

    private void Run()
    {
        try
        {
            if (raw.sqlite3_step(_statement) is var result and not raw.SQLITE_DONE)
            {
                SqliteException.ThrowExceptionForRC(result, _database);
            }
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    /// <summary>The values of one run, bound so far.</summary>
    public readonly ref struct Values(SqliteStatement statement, int index)
    {
        private const int OnStack = 256;

        /// <exception cref="ValueRefusedException">The text cannot be stored.</exception>
        public Values Add(string? text)
        {
            if (text is null)
            {
                return AddNull();
            }

            RefusedValues.ThrowIfNone(text);
            if (text.Length <= OnStack / 3)
            {
                Span<byte> buffer = stackalloc byte[OnStack];
                return AddText(buffer[..Encoding.UTF8.GetBytes(text, buffer)]);
            }

            var rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
            var next = AddText(rented.AsSpan(0, Encoding.UTF8.GetBytes(text, rented)));
            ArrayPool<byte>.Shared.Return(rented);
            return next;
        }

        /// <summary>Adds the text form of an id.</summary>
        public Values Add(InstallationId id)
        {
            Span<byte> buffer = stackalloc byte[InstallationId.MaxLength];
            return id.TryFormat(buffer, out var length, default, null) ? AddText(buffer[..length]) : Add(id.ToString());
        }

        public Values Add(long value) => After(raw.sqlite3_bind_int64(statement._statement, index, value));

        public Values Add(long? value) => value is { } number ? Add(number) : AddNull();

        public Values Add(bool value) => Add(value ? 1L : 0L);

        public Values Add(ReadOnlyMemory<byte> bytes) =>
            // An empty span has no address, which SQLite would take for null.
            After(
                bytes.IsEmpty
                    ? raw.sqlite3_bind_zeroblob(statement._statement, index, 0)
                    : raw.sqlite3_bind_blob(statement._statement, index, bytes.Span)
            );

        /// <summary>Nothing as SQL's nothing.</summary>
        public Values AddOrNull(ReadOnlyMemory<byte> bytes) => bytes.IsEmpty ? AddNull() : Add(bytes);

        /// <exception cref="SqliteException">The statement failed.</exception>
        public void Run() => statement.Run();

        private Values AddNull() => After(raw.sqlite3_bind_null(statement._statement, index));

        private Values AddText(scoped ReadOnlySpan<byte> text) =>
            After(
                text.IsEmpty
                    ? raw.sqlite3_bind_text(statement._statement, index, string.Empty)
                    : raw.sqlite3_bind_text(statement._statement, index, text)
            );

        private Values After(int result)
        {
            SqliteException.ThrowExceptionForRC(result, statement._database);
            return new Values(statement, index + 1);
        }
    }
}

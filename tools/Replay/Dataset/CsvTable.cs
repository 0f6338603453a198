using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;

namespace Marketplace.Replay.Dataset;

/// <summary>Streams one CSV file by column name; what is wrong with it is told with the file and the row.</summary>
internal sealed class CsvTable : IDisposable
{
    private readonly string _name;
    private readonly CsvReader _csv;

    public CsvTable(string folder, string name, params IEnumerable<string> columns)
    {
        _name = name;
        var path = Path.Combine(folder, name);
        if (!File.Exists(path))
        {
            throw new UsageException($"{path} is missing");
        }

        var settings = new CsvConfiguration(CultureInfo.InvariantCulture) { TrimOptions = TrimOptions.Trim, MissingFieldFound = null };
        _csv = new CsvReader(new StreamReader(path), settings);
        if (!_csv.Read() || !_csv.ReadHeader())
        {
            throw new UsageException($"{name} is empty");
        }

        var missing = columns.Except(_csv.HeaderRecord!).ToList();
        if (missing.Count > 0)
        {
            throw new UsageException($"{name} has no column {string.Join(", ", missing)}");
        }
    }

    public bool Read()
    {
        try
        {
            return _csv.Read();
        }
        catch (BadDataException error)
        {
            throw Bad($"cannot be read ({error.Field})");
        }
    }

    /// <summary>Empty where the column or its value is absent.</summary>
    public string Text(string column) => _csv.TryGetField<string>(column, out var text) ? text ?? "" : "";

    /// <summary>The value of a column that must have one.</summary>
    public string Key(string column) => Text(column) is { Length: > 0 } text ? text : throw Bad($"has no {column}");

    public decimal Amount(string column) =>
        decimal.TryParse(Text(column), NumberStyles.Number, CultureInfo.InvariantCulture, out var amount)
            ? amount
            : throw Bad($"has '{Text(column)}' for {column}, which is no amount");

    public int Number(string column) =>
        int.TryParse(Text(column), NumberStyles.Integer, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw Bad($"has '{Text(column)}' for {column}, which is no whole number");

    public DateTimeOffset? Instant(string column, SaoPauloTime time)
    {
        try
        {
            return time.Parse(Text(column));
        }
        catch (FormatException error)
        {
            throw Bad($"has, for {column}, {error.Message}");
        }
    }

    public void Dispose() => _csv.Dispose();

    private UsageException Bad(string what) => new($"{_name} row {_csv.Parser.RawRow} {what}");
}

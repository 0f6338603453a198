using System.Globalization;
using CsvHelper;

namespace Marketplace.Replay.Dataset;

/// <summary>Streams one CSV file by column name; errors name the file and the line.</summary>
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

        var settings = CsvReaderOptions.Default with
        {
            Separator = ',',
            TrimWhitespace = true,
            TrackLineNumbers = true,
            IncludeValuesInExceptions = false,
        };
        _csv = CsvReader.FromFile(path, settings);
        var missing = columns.Except(_csv.Headers.ToArray()).ToList();
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
        catch (CsvFormatException error)
        {
            throw new UsageException($"{_name} cannot be read: {error.Message}");
        }
    }

    /// <summary>Empty if the column or its value is absent.</summary>
    public string Text(string column) => _csv.TryGetFieldIndex(column, out var index) && !_csv.IsEmpty(index) ? _csv.GetString(index) : "";

    /// <summary>The value of a required column.</summary>
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

    private UsageException Bad(string what) => new($"{_name} line {_csv.LineNumber} {what}");
}

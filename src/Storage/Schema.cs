namespace Marketplace.Storage;

/// <summary>The embedded schema scripts; all are idempotent.</summary>
internal static class Schema
{
    /// <summary>Incremented with every change of a table. A store with a higher version was written by a newer program.</summary>
    public const int Version = 6;

    /// <summary>A SQLite store of this version or later has all its files.</summary>
    public const int Complete = 3;

    /// <summary>Columns added after a table's first version; SQLite has no ADD COLUMN IF NOT EXISTS.</summary>
    public static IReadOnlyList<(string Table, string Column, string Type)> LaterColumns { get; } =
    [("journal", "address", "TEXT"), ("journal", "role", "TEXT"), ("journal", "fingerprint", "TEXT")];

    public static string Script(string name)
    {
        using var stream = typeof(Schema).Assembly.GetManifestResourceStream($"Marketplace.Storage.{name}.sql")
            ?? throw new InvalidOperationException($"The schema script {name} is missing from the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static void Check(int found, string store)
    {
        if (found > Version)
        {
            throw new InvalidOperationException(
                $"{store} has schema version {found}, but this program knows only up to {Version}. Start the program that wrote "
                    + $"it, or a newer one."
            );
        }
    }
}

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Marketplace.Storage;

public enum StorageProvider
{
    /// <summary>Files in the data folder; one process.</summary>
    Sqlite,

    /// <summary>One database for everything; any number of processes.</summary>
    PostgreSql,
}

/// <summary>Where and how facts are kept; section <c>Marketplace:Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Marketplace:Storage";

    /// <summary>Default: SQLite.</summary>
    public StorageProvider Provider { get; set; } = StorageProvider.Sqlite;

    /// <summary>Npgsql connection string; needed for PostgreSQL only.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Connections of one process to PostgreSQL, together: four of the logs' writers, four of the identity part, the others for everything
    /// else. Default: 16, so that a server with 20 takes one process. More serve more readers at once.
    /// </summary>
    [Range(10, 1_000)]
    public int MaxConnections { get; set; } = 16;

    /// <summary>How long a start waits for a PostgreSQL that is not there yet. Default: 1 min; 0 to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Of <see cref="MaxConnections"/> those of the identity part, which has a pool of its own.</summary>
    public const int IdentityConnections = 4;

    /// <summary>Of <see cref="MaxConnections"/> those that the logs' writers keep.</summary>
    internal const int WriterConnections = 4;

    /// <summary>Folder of SQLite files and of demo.json. Set by <c>Marketplace:DataFolder</c>. Default: <c>data</c>.</summary>
    [Required]
    public string DataFolder { get; set; } = "data";

    /// <summary>Appends that may wait for one log; more are refused with 503. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int QueueLimit { get; set; } = 10_000;

    /// <summary>Rows in one transaction. Default: 1,024.</summary>
    [Range(1, 100_000)]
    public int BatchRows { get; set; } = 1_024;

    /// <summary>Bytes in one transaction, roughly. Default: 4 MiB.</summary>
    [Range(1_024, 1_073_741_824)]
    public long BatchBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How long a command may take before the store counts as away. Default: 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromSeconds(5);
}

[OptionsValidator]
internal sealed partial class StorageOptionsAnnotations : IValidateOptions<StorageOptions>;

internal sealed class StorageOptionsRules : IValidateOptions<StorageOptions>
{
    public ValidateOptionsResult Validate(string? name, StorageOptions options) =>
        options.Provider == StorageProvider.PostgreSql && string.IsNullOrWhiteSpace(options.ConnectionString)
            ? ValidateOptionsResult.Fail($"{StorageOptions.Section}:ConnectionString is needed with the provider PostgreSql.")
            : ValidateOptionsResult.Success;
}

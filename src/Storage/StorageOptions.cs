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

/// <summary>The store; section <c>Marketplace:Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Marketplace:Storage";

    /// <summary>Default: SQLite.</summary>
    public StorageProvider Provider { get; set; } = StorageProvider.Sqlite;

    /// <summary>Npgsql connection string; required for PostgreSQL.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>
    /// Connections of one process to PostgreSQL in total: four for the logs' writers, four for identity, the others for everything else.
    /// Default: 16, so that a server with 20 serves one process. More serve more concurrent readers.
    /// </summary>
    [Range(10, 1_000)]
    public int MaxConnections { get; set; } = 16;

    /// <summary>How long a start waits for an unavailable PostgreSQL. Default: 1 min; 0 to 1 h.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The part of <see cref="MaxConnections"/> for identity, which has its own pool.</summary>
    public const int IdentityConnections = 4;

    /// <summary>The part of <see cref="MaxConnections"/> held by the logs' writers.</summary>
    internal const int WriterConnections = 4;

    /// <summary>Folder of SQLite files and of demo.json. Set by <c>Marketplace:DataFolder</c>. Default: <c>data</c>.</summary>
    [Required]
    public string DataFolder { get; set; } = "data";

    /// <summary>Maximum appends waiting for one log; more are refused with 503. Default: 10,000.</summary>
    [Range(1, 1_000_000)]
    public int QueueLimit { get; set; } = 10_000;

    /// <summary>Maximum rows in one transaction. Default: 1,024.</summary>
    [Range(1, 100_000)]
    public int BatchRows { get; set; } = 1_024;

    /// <summary>Approximate maximum bytes in one transaction. Default: 4 MiB.</summary>
    [Range(1_024, 1_073_741_824)]
    public long BatchBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>How long a command may take before the store counts as unavailable. Default: 5 s.</summary>
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

using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Marketplace.Storage.PostgreSql;

/// <summary>
/// Ends the process when PostgreSQL says that its data or an index are corrupt: nothing more is served from such a store, and the exit code
/// keeps a service manager from starting it again and again.
/// </summary>
internal sealed partial class PostgresDamage(ILogger logger, IHostApplicationLifetime? lifetime)
{
    private int _isKnown;

    /// <summary>Looks whether a failure means that the database is damaged, and ends the process if so.</summary>
    public void Examine(Exception failure)
    {
        if (
            failure is PostgresException { SqlState: PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted } damage
            && Interlocked.Exchange(ref _isKnown, 1) == 0
        )
        {
            LogDamaged(logger, damage.MessageText, damage.SqlState);
            Environment.ExitCode = StartRefusedException.StoreNotTrusted;
            lifetime?.StopApplication();
        }
    }

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "The store in the database cannot be trusted: {Damage} ({State}). The process ends; restore a whole backup (admin "
            + "restore <folder>) into a new database"
    )]
    private static partial void LogDamaged(ILogger logger, string damage, string state);
}

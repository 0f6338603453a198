using System.Diagnostics;
using Npgsql;

namespace Marketplace.Storage.Backup;

/// <summary>
/// Runs PostgreSQL's own programs. The connection is passed in the environment: command-line arguments would show the password to all users
/// of the machine.
/// </summary>
internal static class PostgresTools
{
    private const string DebianRoot = "/usr/lib/postgresql";

    /// <summary>Finds a program on the path, otherwise the newest in Debian's location.</summary>
    /// <param name="name">The program.</param>
    /// <param name="path">In the form of the variable <c>PATH</c>.</param>
    /// <param name="root">Contains a folder per major version.</param>
    /// <exception cref="StartRefusedException">It is not installed.</exception>
    public static string Find(string name, string? path, string root = DebianRoot)
    {
        var file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        var versions = Directory.Exists(root)
            ? Directory
                .EnumerateDirectories(root)
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            : Enumerable.Empty<string>();
        return (path ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(versions.Select(folder => Path.Combine(folder, "bin")))
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists)
            ?? throw new StartRefusedException(
                $"the program {name} is neither on the PATH nor under {root}: install PostgreSQL's client programs of the "
                    + $"server's version or newer (Debian: postgresql-client).",
                StartRefusedException.Failed
            );
    }

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="StartRefusedException">It failed; the message contains its output.</exception>
    public static async Task Run(
        string program,
        string connectionString,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken
    )
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (
            var (name, value) in EnvironmentOf(new NpgsqlConnectionStringBuilder(connectionString))
                .Where(pair => !string.IsNullOrEmpty(pair.Value))
        )
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)
            ?? throw new StartRefusedException($"{program} does not start.", StartRefusedException.Failed);
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new StartRefusedException(
                    FormattableString.Invariant($"{Path.GetFileName(program)} ended with code {process.ExitCode}: {(await errors).Trim()}"),
                    StartRefusedException.Failed
                );
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private static Dictionary<string, string?> EnvironmentOf(NpgsqlConnectionStringBuilder target) =>
        new()
        {
            ["PGHOST"] = target.Host,
            ["PGPORT"] = FormattableString.Invariant($"{target.Port}"),
            ["PGDATABASE"] = target.Database,
            ["PGUSER"] = target.Username,
            ["PGPASSWORD"] = target.Password,
            ["PGPASSFILE"] = target.Passfile,
            ["PGSSLROOTCERT"] = target.RootCertificate,
            ["PGSSLCERT"] = target.SslCertificate,
            ["PGSSLKEY"] = target.SslKey,
            ["PGSSLMODE"] = target.SslMode switch
            {
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                var mode => mode.ToString().ToLowerInvariant(),
            },
            ["PGAPPNAME"] = "marketplace-admin",
        };
}

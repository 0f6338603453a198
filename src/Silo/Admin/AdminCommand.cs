using System.Globalization;
using Marketplace.Silo.Start;
using Marketplace.Storage;
using Marketplace.Storage.Backup;

namespace Marketplace.Silo.Admin;

/// <summary>Operators' commands besides the server: backup and restore of the store, and its OAuth clients.</summary>
internal static class AdminCommand
{
    /// <summary>Runs the command after <c>admin</c>.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> Run(string[] args)
    {
        try
        {
            if (args is [var name, .. var options] && ClientCommands.Options.TryGetValue(name, out var known))
            {
                var parsed = CommandOptions.Parse(name, options, known);
                var settings = ReadSettings(parsed.Settings);
                await ClientCommands.Run(name, parsed, settings.ReadStorageOptions(), settings);
                return 0;
            }

            if (args is not [("backup" or "restore") and var command, var folder, .. var rest] || folder.StartsWith('-'))
            {
                throw new StartRefusedException(
                    $"the command is admin backup <folder>, admin restore <folder>, "
                        + $"{string.Join(", ", ClientCommands.Options.Keys.Select(client => $"admin {client}"))}; --help tells more."
                );
            }

            var configuration = ReadSettings(rest);
            var storage = configuration.ReadStorageOptions();
            return command == "backup"
                ? await Backup(storage, Path.GetFullPath(folder), configuration)
                : await Restore(storage, Path.GetFullPath(folder));
        }
        catch (StartRefusedException e)
        {
            await Console.Error.WriteLineAsync($"Nothing was done: {Spelling.OneLine(e.Message)}");
            return e.ExitCode;
        }
        catch (Exception e) when (StartFailures.Explain(e) is not null || e is IOException)
        {
            await Console.Error.WriteLineAsync($"The command failed: {StartFailures.Explain(e)?.Line ?? Spelling.OneLine(e.Message)}");
            return StartRefusedException.Failed;
        }
    }

    private static async Task<int> Backup(StorageOptions storage, string folder, IConfiguration configuration)
    {
        DataFolderAccess.SetMaskToOwnerOnly();
        var manifest =
            storage.Provider == StorageProvider.PostgreSql
                ? await DatabaseBackup.Backup(ConnectionString(storage), folder, CancellationToken.None)
                : await FolderBackup.Backup(storage.DataFolder, folder, TimeProvider.System, CancellationToken.None);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{folder}: the store as of {manifest.MadeAt.UtcDateTime:yyyy-MM-dd HH:mm:ss.fff} UTC, {manifest.Files.Count} "
                    + $"files, {manifest.Files.Sum(file => file.Bytes)} bytes."
            )
        );
        if (configuration["Marketplace:Identity:KeyCertificate:Path"] is { Length: > 0 } certificate)
        {
            Console.WriteLine(
                $"Not in it: the key certificate {certificate}. Keep a copy elsewhere; without it documents and sealed data of "
                    + $"the backup cannot be opened."
            );
        }

        return 0;
    }

    private static async Task<int> Restore(StorageOptions storage, string folder)
    {
        if (storage.Provider == StorageProvider.PostgreSql)
        {
            await DatabaseBackup.Restore(ConnectionString(storage), folder, CancellationToken.None);
            Console.WriteLine($"The database has the store of the backup {folder}.");
            return 0;
        }

        DataFolderAccess.Protect(storage.DataFolder);
        var aside = await FolderBackup.Restore(storage.DataFolder, folder, TimeProvider.System, CancellationToken.None);
        Console.WriteLine($"{storage.DataFolder} has the store of the backup {folder}.");
        if (aside is not null)
        {
            Console.WriteLine($"The store that was there is in {aside}; delete it when you no longer need it.");
        }

        return 0;
    }

    private static string ConnectionString(StorageOptions storage) =>
        storage.ConnectionString is { Length: > 0 } text
            ? text
            : throw new StartRefusedException($"{StorageOptions.Section}:ConnectionString is needed with the provider PostgreSql.");

    /// <summary>The same sources as the server's, in the same order, checked in the same way.</summary>
    private static IConfigurationRoot ReadSettings(string[] args)
    {
        CommandLine.Check(args);
        var environment = Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT")
            ?? Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT")
            ?? Environments.Production;
        var configuration = new ConfigurationBuilder()
            .SetBasePath(AppContext.BaseDirectory)
            .AddJsonFile("appsettings.json", optional: true)
            .AddJsonFile($"appsettings.{environment}.json", optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine(args)
            .Build();
        SettingsCheck.Run(configuration);
        return configuration;
    }
}

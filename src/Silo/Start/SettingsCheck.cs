using Marketplace.Storage;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Npgsql;

namespace Marketplace.Silo.Start;

/// <summary>
/// Refuses unknown settings and invalid values from every source: silently ignoring a misspelt setting would start a server with another
/// store, issuer or limit than the operator intended.
/// </summary>
internal static class SettingsCheck
{
    private const string ConnectionStringSetting = StorageOptions.Section + ":" + nameof(StorageOptions.ConnectionString);
    private const int Named = 3;

    /// <exception cref="StartRefusedException">A setting is unknown or invalid.</exception>
    public static void Run(IConfigurationRoot configuration)
    {
        var known = KnownSettings.OfProgram;
        var wrong = configuration
            .GetChildren()
            .SelectMany(root =>
                string.Equals(root.Key, KnownSettings.Root, StringComparison.OrdinalIgnoreCase)
                    ? Below(root, KnownSettings.Root, configuration, known)
                    : Beside(root, configuration, known)
            )
            .ToArray();
        if (wrong.Length > 0)
        {
            var rest = wrong.Length > Named ? FormattableString.Invariant($"; and {wrong.Length - Named} more") : string.Empty;
            throw new StartRefusedException(string.Join("; ", wrong.Take(Named)) + rest);
        }

        CheckConnectionString(configuration);
    }

    private static IEnumerable<string> Below(
        IConfigurationSection section,
        string path,
        IConfigurationRoot configuration,
        KnownSettings known
    )
    {
        if (known.Find(path) is not { } node)
        {
            yield return Unknown(section, path, configuration, known);
            yield break;
        }

        if (section.Value is { } value && node.Refuse(value) is { } refused)
        {
            yield return $"{refused} ({SourceOf(section.Path, configuration)})";
        }

        foreach (var wrong in section.GetChildren().SelectMany(child => Below(child, $"{path}:{child.Key}", configuration, known)))
        {
            yield return wrong;
        }
    }

    private static string Unknown(IConfigurationSection section, string path, IConfigurationRoot configuration, KnownSettings known)
    {
        var whole = FirstValue(section) ?? section.Path;
        var rest = whole[section.Path.Length..];
        var parent = known.Find(path[..path.LastIndexOf(':')])!;
        var near = Spelling.Nearest(path, parent.Names.Select(name => $"{parent.Path}:{name}"))
            ?? Spelling.Nearest(path + rest, known.Names());
        var said = $"{path}{rest} is not a setting ({SourceOf(whole, configuration)})";
        return near is null
            ? $"{said}; {parent.Path} has {string.Join(", ", parent.Names)}"
            : $"{said}; did you mean {(known.Find(near + rest) is null ? near : near + rest)}?";
    }

    /// <summary>
    /// The root also contains the framework's settings and the machine's variables; refuse only what is certainly meant for us.
    /// </summary>
    private static IEnumerable<string> Beside(IConfigurationSection root, IConfigurationRoot configuration, KnownSettings known)
    {
        if (root.GetChildren().Any() && Spelling.Distance(root.Key, KnownSettings.Root) is 1 or 2)
        {
            var whole = FirstValue(root) ?? root.Path;
            yield return $"{whole} is not a setting ({SourceOf(whole, configuration)}); did you mean "
                + $"{KnownSettings.Root}{whole[root.Key.Length..]}?";
        }
        else if (root.Key.StartsWith(KnownSettings.Root, StringComparison.OrdinalIgnoreCase))
        {
            // MARKETPLACE_STORAGE_PROVIDER: one underscore too few. A service of that name has other variables, which are ignored.
            var path = root.Key.Replace('_', ':').Replace('.', ':').Replace('-', ':');
            if (known.Names().FirstOrDefault(name => name.Equals(path, StringComparison.OrdinalIgnoreCase)) is { } meant)
            {
                yield return $"{root.Key} is not a setting ({SourceOf(root.Path, configuration)}); did you mean "
                    + $"{meant.Replace(":", "__", StringComparison.Ordinal)}?";
            }
        }
    }

    private static string? FirstValue(IConfigurationSection section) =>
        section.Value is not null ? section.Path : section.GetChildren().Select(FirstValue).FirstOrDefault(path => path is not null);

    private static string SourceOf(string path, IConfigurationRoot configuration) =>
        configuration.Providers.LastOrDefault(provider => provider.TryGet(path, out _)) switch
        {
            CommandLineConfigurationProvider => "on the command line",
            EnvironmentVariablesConfigurationProvider => $"environment variable {path.Replace(":", "__", StringComparison.Ordinal)}",
            JsonConfigurationProvider file => $"in {file.Source.Path}",
            _ => "in the settings",
        };

    private static void CheckConnectionString(IConfiguration configuration)
    {
        var storage = configuration.ReadStorageOptions();
        if (storage.Provider != StorageProvider.PostgreSql)
        {
            return;
        }

        const string example = "for example Host=db.example;Database=marketplace;Username=marketplace;Password=…";
        if (string.IsNullOrWhiteSpace(storage.ConnectionString))
        {
            throw new StartRefusedException($"{ConnectionStringSetting} is needed with the provider PostgreSql, {example}.");
        }

        try
        {
            if (string.IsNullOrWhiteSpace(new NpgsqlConnectionStringBuilder(storage.ConnectionString).Host))
            {
                throw new StartRefusedException($"{ConnectionStringSetting} names no Host; {example}.");
            }
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            throw new StartRefusedException(
                $"{ConnectionStringSetting} cannot be read ({Spelling.OneLine(e.Message)}); {example}.",
                innerException: e
            );
        }
    }
}

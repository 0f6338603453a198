namespace Marketplace.Silo.Start;

/// <summary>Parses the command line: settings, a command, or a request for help.</summary>
internal static class CommandLine
{
    public const string Usage = """
        The plugin marketplace's server.

        Usage:
          Marketplace.Silo [--<setting>=<value> …]        start the server
          Marketplace.Silo admin backup <folder>          copy the whole store, also while the server runs
          Marketplace.Silo admin restore <folder>         put a copy in place of the store of a stopped server
          Marketplace.Silo admin create-client --id <id> --role <role> [--plugin <plugin> --redirect-uri <address> …]
                                                          create an OAuth client and print its secret, also while the server runs
          Marketplace.Silo admin list-clients [--role <role>]
          Marketplace.Silo admin rotate-secret --id <id> [--overlap-hours <0-168>]
          Marketplace.Silo admin revoke-client --id <id>
          Marketplace.Silo --help | --version

        Settings most often needed:
          --urls=http://127.0.0.1:5080                    where to listen
          --Marketplace:DataFolder=data                   folder of the SQLite files
          --Marketplace:Storage:Provider=Sqlite           or PostgreSql, with Marketplace__Storage__ConnectionString in the environment
          --Marketplace:Demo=true                         a demo marketplace with clients; not in the Production environment

        Each setting can also be an environment variable (Marketplace__Storage__Provider) or stand in appsettings.json beside the program;
        docs/operating.md has them all. An unknown setting stops the start.

        Exit codes: 0 ended in order; 1 the start failed, or the server could not go on; 2 a setting or an argument is wrong;
        3 the store contradicts itself or is damaged.
        """;

    // The host's own settings accepted as arguments; the framework's other settings are not refused.
    private static readonly string[] HostSettings =
    [
        "urls",
        "environment",
        "contentRoot",
        "applicationName",
        "http_ports",
        "https_ports",
        "AllowedHosts",
        "Logging",
        "Kestrel",
        "ReverseProxy",
        "shutdownTimeoutSeconds",
    ];

    public static bool AsksForHelp(string[] args) => args.Any(arg => arg is "--help" or "-h" or "-?" or "/?") || args is ["help"];

    public static bool AsksForVersion(string[] args) => args is ["--version"];

    /// <summary>Refuses arguments that the framework would silently ignore.</summary>
    /// <exception cref="StartRefusedException">An argument is not a setting.</exception>
    public static void Check(string[] args)
    {
        for (var i = 0; i < args.Length; i++)
        {
            var argument = args[i];
            var isNamed = argument.StartsWith('-') || argument.StartsWith('/');
            var end = argument.IndexOf('=', StringComparison.Ordinal);
            if (end < 0 && (!isNamed || i == args.Length - 1))
            {
                throw new StartRefusedException(
                    isNamed
                        ? $"{argument} has no value: {argument}=<value>; --help lists what is allowed."
                        : $"'{argument}' is neither a command nor a setting; --help lists what is allowed."
                );
            }

            CheckName((end < 0 ? argument : argument[..end]).TrimStart('-', '/'));
            i += end < 0 ? 1 : 0;
        }
    }

    private static void CheckName(string name)
    {
        var root = name.Split(':')[0];
        if (name.Contains(':', StringComparison.Ordinal) || HostSettings.Contains(root, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }

        var near = HostSettings.FirstOrDefault(known => Spelling.Distance(known, root) is 1 or 2)
            ?? KnownSettings.OfProgram.Names().FirstOrDefault(known => known.EndsWith(":" + root, StringComparison.OrdinalIgnoreCase));
        if (near is not null)
        {
            throw new StartRefusedException($"--{name} is not a setting (on the command line); did you mean --{near}?");
        }
    }
}

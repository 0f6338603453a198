namespace Marketplace.Silo.Admin;

/// <summary>
/// An admin command's own options (<c>--id x</c> or <c>--id=x</c>), told from the server's settings, which have a colon in their names.
/// </summary>
internal sealed class CommandOptions
{
    private readonly ILookup<string, string> _values;

    private CommandOptions(ILookup<string, string> values, string[] settings) => (_values, Settings) = (values, settings);

    /// <summary>The remaining arguments: settings.</summary>
    public string[] Settings { get; }

    /// <param name="command">The command, for messages.</param>
    /// <param name="args">The arguments after the command.</param>
    /// <param name="names">The options that the command has, without dashes.</param>
    /// <exception cref="StartRefusedException">An argument is neither an option of the command nor a setting, or has no value.</exception>
    public static CommandOptions Parse(string command, IReadOnlyList<string> args, params string[] names)
    {
        var (values, settings) = (new List<(string Name, string Value)>(), new List<string>());
        for (var i = 0; i < args.Count; i++)
        {
            var (name, end) = (args[i].TrimStart('-'), args[i].IndexOf('=', StringComparison.Ordinal));
            name = end < 0 ? name : name[..name.IndexOf('=', StringComparison.Ordinal)];
            var value =
                end >= 0 ? args[i][(end + 1)..]
                : i + 1 < args.Count && args[i].StartsWith('-') && !args[i + 1].StartsWith('-') ? args[++i]
                : throw new StartRefusedException($"'{args[i]}' has no value; {command} takes {Described(names)}.");
            if (names.Contains(name))
            {
                values.Add((name, value));
            }
            else if (name.Contains(':', StringComparison.Ordinal))
            {
                settings.Add($"--{name}={value}");
            }
            else
            {
                throw new StartRefusedException($"--{name} is no option of {command}, which takes {Described(names)}.");
            }
        }

        return new CommandOptions(values.ToLookup(option => option.Name, option => option.Value), [.. settings]);
    }

    /// <summary>All values of an option.</summary>
    public IEnumerable<string> All(string name) => _values[name];

    /// <summary>The value of an option; null if it was not given.</summary>
    /// <exception cref="StartRefusedException">It was given more than once.</exception>
    public string? Optional(string name) =>
        _values[name].Take(2).ToArray() switch
        {
            [] => null,
            [var value] => value,
            _ => throw new StartRefusedException($"--{name} was given more than once."),
        };

    /// <exception cref="StartRefusedException">It was not given, or more than once.</exception>
    public string Required(string name) => Optional(name) ?? throw new StartRefusedException($"--{name} is needed.");

    private static string Described(string[] names) =>
        $"{string.Join(", ", names.Select(name => $"--{name}"))} and settings such as --Marketplace:DataFolder=data";
}

using System.Globalization;

namespace Marketplace.Gate;

/// <summary>A parsed command line.</summary>
/// <param name="Manifest">Path of the manifest; null when only the rules are listed.</param>
public sealed record GateArguments(string? Manifest)
{
    public const string Usage = """
        The static part of the technical gate: judges a plugin's manifest and scan as the marketplace does.

        Usage:
          dotnet run --project tools/Gate -- <manifest.json> [options]
          dotnet run --project tools/Gate -- --rules               list the rules

        Options:
          --scan <file>             SARIF 2.1.0 file of a scanner that ran over this version
          --previous-scan <file>    the one of the version before, to tell new findings from known ones
          --listed <file>           the manifest of the version listed now
          --as-of <yyyy-MM-dd>      the day for which dates are judged; default: today in Asia/Shanghai
          --rule <rule>             only this rule, without a verdict on the whole
          --format text|json        default: text

        Exit codes: 0 nothing blocks; 1 something blocks; 2 the command or a file cannot be read.
        """;

    public string? Scan { get; init; }

    public string? PreviousScan { get; init; }

    public string? Listed { get; init; }

    public DateOnly? AsOf { get; init; }

    public string? Rule { get; init; }

    public bool Json { get; init; }

    /// <exception cref="FormatException">An argument is wrong; the message says which.</exception>
    public static GateArguments Parse(IReadOnlyList<string> args)
    {
        if (args is ["--rules"])
        {
            return new GateArguments((string?)null);
        }

        if (args.Count == 0 || args[0].StartsWith('-'))
        {
            throw new FormatException("The first argument is the manifest's file.");
        }

        var parsed = new GateArguments(args[0]);
        for (var i = 1; i < args.Count; i += 2)
        {
            parsed = parsed.With(args[i], i + 1 < args.Count ? args[i + 1] : throw new FormatException($"{args[i]} needs a value."));
        }

        return parsed;
    }

    private GateArguments With(string name, string value) =>
        name switch
        {
            "--scan" => this with { Scan = value },
            "--previous-scan" => this with { PreviousScan = value },
            "--listed" => this with { Listed = value },
            "--as-of" => this with { AsOf = Day(value) },
            "--rule" => this with { Rule = value },
            "--format" when value is "text" or "json" => this with { Json = value == "json" },
            "--format" => throw new FormatException($"--format is '{value}'; allowed are text and json."),
            _ => throw new FormatException($"There is no option {name}."),
        };

    private static DateOnly Day(string value) =>
        DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new FormatException($"--as-of is '{value}'; a day is yyyy-MM-dd.");
}

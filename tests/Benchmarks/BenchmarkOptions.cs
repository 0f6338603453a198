using System.Globalization;

namespace Marketplace.Benchmarks;

/// <summary>What to run and for how long; see docs/benchmarks/README.md.</summary>
internal sealed record BenchmarkOptions
{
    /// <summary>Names that <c>--only</c> takes: set-ups by letter, then single figures; the last three are those of <c>sync</c>.</summary>
    public static readonly IReadOnlyList<string> Parts =
    [
        "a",
        "b",
        "c",
        "d",
        "e",
        "f",
        "g",
        "o",
        "r",
        "latency",
        "open-loop",
        "hot",
        "registered",
        "memory",
        "bytes",
        "refusals",
        "control",
        "ingest",
        "flow",
        "pull",
    ];

    /// <summary>Rounds over all set-ups. Default: 3.</summary>
    public int Rounds { get; init; } = 3;

    /// <summary>Seconds of one measurement. Default: 8.</summary>
    public int Seconds { get; init; } = 8;

    /// <summary>Seconds of load before the first measurement of a set-up. Default: 5.</summary>
    public int WarmUpSeconds { get; init; } = 5;

    /// <summary>Seconds of the measurement of ledger bytes at one call a second. Default: 30.</summary>
    public int SlowSeconds { get; init; } = 30;

    /// <summary>Connections of the main measurement. Default: 64.</summary>
    public int Connections { get; init; } = 64;

    /// <summary>Installations that the main measurement calls for. Default: 100.</summary>
    public int Installations { get; init; } = 100;

    /// <summary>Installations registered for the comparison with 1,000. Default: 20,000.</summary>
    public int Registered { get; init; } = 20_000;

    /// <summary>How many of those register over HTTP, at most; the rest are copies of one's rows. Default: 20,000.</summary>
    public int OverHttp { get; init; } = 20_000;

    /// <summary>How many of the registered ones are called at random, at most. Default: 100,000.</summary>
    public int Touched { get; init; } = 100_000;

    /// <summary>The plugin whose price book and burst allow the load. Default: peak-dashboard.</summary>
    public string Plugin { get; init; } = "peak-dashboard";

    /// <summary>The server's assembly. Default: the Release build beside this one.</summary>
    public string Server { get; init; } =
        Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "Silo", "release", "Marketplace.Silo.dll"));

    /// <summary>File for the Markdown report, or null for none.</summary>
    public string? Out { get; init; }

    /// <summary>True to compare the figures with the last report in <c>docs/benchmarks</c>.</summary>
    public bool Guard { get; init; }

    /// <summary>Parts to run. Default: all.</summary>
    public IReadOnlySet<string> Only { get; init; } = Parts.ToHashSet();

    /// <summary>Reads the command line; throws <see cref="ArgumentException"/> for an unknown option or a value out of bounds.</summary>
    public static BenchmarkOptions Parse(IReadOnlyList<string> args)
    {
        var options = new BenchmarkOptions();
        var rest = new Queue<string>(args);
        while (rest.TryDequeue(out var name))
        {
            options =
                name == "--quick" ? options with { Rounds = 1, Seconds = 2, WarmUpSeconds = 2, SlowSeconds = 5, Registered = 2_000 }
                : name == "--guard" ? options with { Guard = true }
                : options.With(name, rest.TryDequeue(out var value) ? value : throw new ArgumentException($"{name} needs a value."));
        }

        return options;
    }

    /// <summary>True when the part was asked for.</summary>
    public bool Runs(string part) => Only.Contains(part);

    private BenchmarkOptions With(string name, string value) =>
        name switch
        {
            "--rounds" => this with { Rounds = Positive(value) },
            "--seconds" => this with { Seconds = Positive(value) },
            "--warm-up" => this with { WarmUpSeconds = Positive(value) },
            "--slow-seconds" => this with { SlowSeconds = Positive(value) },
            "--connections" => this with { Connections = Positive(value) },
            "--installations" => this with { Installations = Positive(value) },
            "--registered" => this with { Registered = Positive(value) },
            "--over-http" => this with { OverHttp = Positive(value) },
            "--touched" => this with { Touched = Positive(value) },
            "--plugin" => this with { Plugin = value },
            "--server" => this with { Server = Path.GetFullPath(value) },
            "--out" => this with { Out = Path.GetFullPath(value) },
            "--only" => this with { Only = Selected(value) },
            _ => throw new ArgumentException($"There is no option {name}."),
        };

    private static HashSet<string> Selected(string value)
    {
        var parts = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        return parts.IsSubsetOf(Parts) && parts.Count > 0 ? parts : throw new ArgumentException($"--only takes {string.Join(',', Parts)}.");
    }

    private static int Positive(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"{value} is not a positive number.");
}

using System.Globalization;
using Marketplace.Replay.Deliveries;

namespace Marketplace.Replay;

/// <summary>The parsed command line.</summary>
internal sealed record ReplayOptions
{
    public const string Usage = """
        dotnet run --project tools/Replay -- (--data FOLDER | --generate N) [options]

          --data FOLDER      read the order files of this folder
          --generate N       or make up N orders
          --seed S           of the made-up orders (default 1)
          --demo FILE        demo.json of the server (default: data/demo.json or src/Silo/data/demo.json, here or above)
          --server URL       another address; without --demo the credentials come from REPLAY_* variables (docs/replay.md)
          --plugin ID        act as this plugin (default: the first with orders.read, orders.flag and logistics.write)
          --sellers N|all    act for the N busiest sellers (default 20)
          --calls N          calls for each seller: stop after N, and read on until N (default: as many as one walk takes)
          --concurrency N    requests side by side (default 16)
          --batch N          events in a request, at most 1000 (default 500)
          --patience S       seconds to wait for a server that is away (default 120)
          --report FILE      write the figures as JSON too

        dotnet run --project tools/Replay -- --deliver (--data FOLDER | --generate N) [options]
        checks what plugins are sent instead (docs/replay.md):

          --installations N  over which the sellers are dealt (default 200)
          --receivers N      servers that stand in for the plugins' (default 8)
          --pull-share P     percent of the installations that consume and confirm instead (default 10)
          --batch-share P    percent of the others that take batches (default 25)
          --faults LIST|all|none  error, hang, drop, lose, lie, garble, busy, gone, restart, poison (default all but poison)
          --fault-share P    percent of the requests that meet a fault (default 10)
          --timeout M        minutes without a new event after which the rest is missing (default 5)
        """;

    public string? Data { get; init; }

    public int? Generate { get; init; }

    public ulong Seed { get; init; } = 1;

    public string? Demo { get; init; }

    public Uri? Server { get; init; }

    public string? Plugin { get; init; }

    public int Sellers { get; init; } = 20;

    public int? Calls { get; init; }

    public int Concurrency { get; init; } = 16;

    public int Batch { get; init; } = 500;

    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(120);

    public string? Report { get; init; }

    /// <summary>Set to check deliveries.</summary>
    public DeliveryOptions? Delivery { get; init; }

    /// <exception cref="UsageException">An option is unknown, lacks its value or has an invalid one.</exception>
    public static ReplayOptions Parse(IReadOnlyList<string> args)
    {
        var options = new ReplayOptions { Delivery = args.Contains(DeliveryOptions.Switch) ? new DeliveryOptions() : null };
        var named = args.Where(arg => arg != DeliveryOptions.Switch).ToList();
        for (var i = 0; i < named.Count; i += 2)
        {
            var value = i + 1 < named.Count ? named[i + 1] : throw new UsageException($"{named[i]} needs a value");
            options = options.With(named[i], value);
        }

        return (options.Data is null) == (options.Generate is null)
            ? throw new UsageException("give either --data FOLDER or --generate N")
            : options;
    }

    private ReplayOptions With(string name, string value) =>
        name switch
        {
            "--data" => this with { Data = value },
            "--generate" => this with { Generate = Number(name, value, 10_000_000) },
            "--seed" => this with
            {
                Seed = ulong.TryParse(value, CultureInfo.InvariantCulture, out var seed) ? seed : throw Wrong(name, value),
            },
            "--demo" => this with { Demo = value },
            "--server" => this with { Server = Address(value) },
            "--plugin" => this with { Plugin = value },
            "--sellers" => this with { Sellers = value == "all" ? int.MaxValue : Number(name, value, int.MaxValue) },
            "--calls" => this with { Calls = Number(name, value, int.MaxValue) },
            "--concurrency" => this with { Concurrency = Number(name, value, 1_000) },
            "--batch" => this with { Batch = Number(name, value, 1_000) },
            "--patience" => this with { Patience = TimeSpan.FromSeconds(Number(name, value, 86_400)) },
            "--report" => this with { Report = value },
            _ => this with { Delivery = Delivery?.With(name, value) ?? throw new UsageException($"there is no option {name}") },
        };

    internal static int Number(string name, string value, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= most
            ? number
            : throw Wrong(name, value);

    private static Uri Address(string value) =>
        Uri.TryCreate(value.TrimEnd('/') + "/", UriKind.Absolute, out var uri) && uri.Scheme is ("http" or "https")
            ? uri
            : throw Wrong("--server", value);

    internal static UsageException Wrong(string name, string value) => new($"'{value}' is no value for {name}");
}

using System.Globalization;
using Marketplace.Replay.Receivers;

namespace Marketplace.Replay.Deliveries;

/// <summary>Options of the delivery mode.</summary>
internal sealed record DeliveryOptions
{
    /// <summary>Selects this mode; has no value.</summary>
    public const string Switch = "--deliver";

    /// <summary>Number of installations; each belongs to its own seller.</summary>
    public int Installations { get; init; } = 200;

    public int Receivers { get; init; } = 8;

    /// <summary>Percentage of installations that pull.</summary>
    public int PullShare { get; init; } = 10;

    /// <summary>Percentage of push installations that receive batches.</summary>
    public int BatchShare { get; init; } = 25;

    public IReadOnlySet<FaultKind> Faults { get; init; } =
        Enum.GetValues<FaultKind>().Where(kind => kind is not (FaultKind.None or FaultKind.Poison)).ToHashSet();

    /// <summary>Percentage of requests with an injected fault.</summary>
    public int FaultShare { get; init; } = 10;

    /// <summary>How long to wait for new arrivals before the rest counts as missing.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Null for an unknown option.</summary>
    /// <exception cref="UsageException">The value is invalid.</exception>
    public DeliveryOptions? With(string name, string value) =>
        name switch
        {
            "--installations" => this with { Installations = ReplayOptions.Number(name, value, 100_000) },
            "--receivers" => this with { Receivers = ReplayOptions.Number(name, value, 100) },
            "--pull-share" => this with { PullShare = Percent(name, value) },
            "--batch-share" => this with { BatchShare = Percent(name, value) },
            "--faults" => this with { Faults = Kinds(value) },
            "--fault-share" => this with { FaultShare = Percent(name, value) },
            "--timeout" => this with { Timeout = Minutes(name, value) },
            _ => null,
        };

    private static int Percent(string name, string value) => value == "0" ? 0 : ReplayOptions.Number(name, value, 100);

    private static TimeSpan Minutes(string name, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes) && minutes is > 0 and <= 1_440
            ? TimeSpan.FromMinutes(minutes)
            : throw ReplayOptions.Wrong(name, value);

    private static HashSet<FaultKind> Kinds(string value) =>
        value switch
        {
            "none" => [],
            "all" => [.. Enum.GetValues<FaultKind>().Where(kind => kind != FaultKind.None)],
            _ => [.. value.Split(',', StringSplitOptions.TrimEntries).Select(Kind)],
        };

    private static FaultKind Kind(string name) =>
        Enum.TryParse<FaultKind>(name, ignoreCase: true, out var kind) && kind != FaultKind.None && !int.TryParse(name, out _)
            ? kind
            : throw ReplayOptions.Wrong("--faults", name);
}

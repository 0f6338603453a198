using System.Globalization;
using Marketplace.Replay.Receivers;

namespace Marketplace.Replay.Deliveries;

/// <summary>How deliveries are to be checked.</summary>
internal sealed record DeliveryOptions
{
    /// <summary>Chooses this mode; has no value.</summary>
    public const string Switch = "--deliver";

    /// <summary>Over which the sellers are dealt; each is of a seller of its own.</summary>
    public int Installations { get; init; } = 200;

    public int Receivers { get; init; } = 8;

    /// <summary>Percent of the installations that consume and confirm.</summary>
    public int PullShare { get; init; } = 10;

    /// <summary>Percent of the pushed-to installations that take batches.</summary>
    public int BatchShare { get; init; } = 25;

    public IReadOnlySet<FaultKind> Faults { get; init; } =
        Enum.GetValues<FaultKind>().Where(kind => kind is not (FaultKind.None or FaultKind.Poison)).ToHashSet();

    /// <summary>Percent of the requests that meet a fault.</summary>
    public int FaultShare { get; init; } = 10;

    /// <summary>For how long nothing new may come before the rest is missing.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Null where there is no such option.</summary>
    /// <exception cref="UsageException">The value is wrong.</exception>
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

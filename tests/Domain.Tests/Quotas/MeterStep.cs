using CsCheck;

namespace Marketplace.Domain.Tests.Quotas;

internal enum StepKind
{
    Reserve,
    ReserveKeyed,
    ReserveFree,
    ReserveWithoutRight,
    Settle,
    Fail,
    Release,
    Take,
    Commit,
    CrashLosing,
    CrashKeeping,
    PutAway,
    Milliseconds,
    Seconds,
    Hours,
    Midnight,
    MonthEnd,
    Back,
    Entitle,
}

/// <summary>One thing that happens to a counter; the numbers choose among what is possible then.</summary>
internal readonly record struct MeterStep(StepKind Kind, int A, int B)
{
    /// <summary>Everything, clocks that step back included.</summary>
    public static Gen<MeterStep[]> Any { get; } =
        Of(
            (12, StepKind.Reserve),
            (4, StepKind.ReserveKeyed),
            (1, StepKind.ReserveFree),
            (1, StepKind.ReserveWithoutRight),
            (9, StepKind.Settle),
            (2, StepKind.Fail),
            (2, StepKind.Release),
            (2, StepKind.Take),
            (4, StepKind.Commit),
            (1, StepKind.CrashLosing),
            (1, StepKind.CrashKeeping),
            (1, StepKind.PutAway),
            (3, StepKind.Milliseconds),
            (4, StepKind.Seconds),
            (1, StepKind.Hours),
            (1, StepKind.Midnight),
            (1, StepKind.MonthEnd),
            (1, StepKind.Back),
            (1, StepKind.Entitle)
        );

    /// <summary>The clock only goes on and the entitlement stays.</summary>
    public static Gen<MeterStep[]> Steady { get; } =
        Of(
            (12, StepKind.Reserve),
            (6, StepKind.ReserveKeyed),
            (9, StepKind.Settle),
            (1, StepKind.Fail),
            (2, StepKind.Release),
            (2, StepKind.Take),
            (4, StepKind.Commit),
            (1, StepKind.CrashLosing),
            (1, StepKind.CrashKeeping),
            (4, StepKind.Seconds),
            (1, StepKind.Hours),
            (1, StepKind.Midnight)
        );

    private static Gen<MeterStep[]> Of(params (int Weight, StepKind Kind)[] weights)
    {
        StepKind[] kinds = [.. weights.SelectMany(weight => Enumerable.Repeat(weight.Kind, weight.Weight))];
        return Gen.Select(Gen.Int[0, kinds.Length - 1], Gen.Int[0, 999], Gen.Int[0, 999], (kind, a, b) =>
            new MeterStep(kinds[kind], a, b)
        ).Array[0, 150];
    }
}

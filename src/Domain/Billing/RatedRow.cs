namespace Marketplace.Billing;

/// <summary>A readable ledger row with the price book of its day.</summary>
public sealed record RatedRow(UsageRow Row, UsageBody Body, PriceBook Prices);

/// <summary>The amount of ledger verified.</summary>
/// <param name="Installations">Installations with rows.</param>
/// <param name="Days">Days with rows, summed over the installations.</param>
/// <param name="Rows">All rows.</param>
/// <param name="Calls">Calls in them, according to the rows.</param>
/// <param name="Late">Rows that no later day is chained to: settled after a later day of the installation had opened.</param>
public readonly record struct LedgerCounts(long Installations, long Days, long Rows, long Calls, long Late);

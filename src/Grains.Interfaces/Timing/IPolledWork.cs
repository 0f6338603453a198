namespace Marketplace.Timing;

/// <summary>
/// Periodic work of each process. The due items are kept in a store or a grain, so it does not matter which process runs a round, nor that
/// several do.
/// </summary>
public interface IPolledWork
{
    /// <summary>The pause between rounds.</summary>
    TimeSpan Period { get; }

    /// <summary>False if this process has nothing to do. Read once, at the start.</summary>
    bool IsEnabled => true;

    /// <summary>False to run the first round one period after the start.</summary>
    bool RunsAtStart => true;

    /// <summary>The clock for the periods.</summary>
    TimeProvider Clock => TimeProvider.System;

    /// <summary>Runs one round. An exception is logged, and the next round repeats the work.</summary>
    Task Run(CancellationToken cancellationToken);
}

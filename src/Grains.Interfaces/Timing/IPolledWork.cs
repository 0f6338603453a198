namespace Marketplace.Timing;

/// <summary>
/// Periodic work of each process. The due items are kept in a store or a grain, so it does not matter which process runs a round, nor that
/// several do.
/// </summary>
public interface IPolledWork
{
    private static readonly Task Never = new TaskCompletionSource().Task;

    /// <summary>The pause between rounds.</summary>
    TimeSpan Period { get; }

    /// <summary>False if this process has nothing to do. Read once, at the start.</summary>
    bool IsEnabled => true;

    /// <summary>False to run the first round one period after the start.</summary>
    bool RunsAtStart => true;

    /// <summary>Completes when a round is needed before its period is over; a round renews it. By default it never does.</summary>
    Task EarlyRound => Never;

    /// <summary>The clock for the periods.</summary>
    TimeProvider Clock => TimeProvider.System;

    /// <summary>How soon a failed round is repeated; null if the next one makes up for it.</summary>
    TimeSpan? RetryPause => null;

    /// <summary>Runs one round. An exception is logged.</summary>
    Task Run(CancellationToken cancellationToken);
}

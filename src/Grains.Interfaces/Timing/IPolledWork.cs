namespace Marketplace.Timing;

/// <summary>
/// Work that each process does again and again. What is due is kept in a store or a grain, so it does not matter which process does a round, nor that several do.
/// </summary>
public interface IPolledWork
{
    /// <summary>The pause between two rounds.</summary>
    TimeSpan Period { get; }

    /// <summary>False where this process has nothing to do. Read once, at the start.</summary>
    bool IsEnabled => true;

    /// <summary>False if the first round is one period after the start.</summary>
    bool RunsAtStart => true;

    /// <summary>The clock that periods go by.</summary>
    TimeProvider Clock => TimeProvider.System;

    /// <summary>One round. An exception is logged, and the next round does what this one could not.</summary>
    Task Run(CancellationToken cancellationToken);
}

using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Diagnostics;

/// <summary>
/// Saves a grain's snapshot a little after it changed, one write for all changes in that time, and once more when the grain ends. A failed
/// write is retried; a state written by another activation ends this one. Used only within the grain's turns.
/// </summary>
internal sealed partial class WriteBehind<T>(IGrainBase grain, IPersistentState<T> state, Action<T> fill, ILogger logger)
{
    /// <summary>Maximum delay of a write while the store answers.</summary>
    public static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    private IGrainTimer? _timer;
    private bool _changed;

    /// <summary>Marks the state as changed.</summary>
    public void Changed()
    {
        _changed = true;
        _timer ??= grain.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(Delay, Timeout.InfiniteTimeSpan));
    }

    /// <summary>Saves pending changes and stops; the grain is ending, so a failure is only logged.</summary>
    public async Task End()
    {
        _timer?.Dispose();
        await Write();
    }

    private async Task Tick(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        _timer = null;
        if (!await Write())
        {
            _timer ??= grain.RegisterGrainTimer(Tick, new GrainTimerCreationOptions(Retry, Timeout.InfiniteTimeSpan));
        }
    }

    private async Task<bool> Write()
    {
        if (!_changed)
        {
            return true;
        }

        try
        {
            _changed = false;
            fill(state.State);
            await state.WriteStateAsync();
            return true;
        }
        catch (Exception e)
        {
            // This state is an aid, not a record: it may be lost, but its failure must not affect anything else.
            _changed = true;
            LogFailed(logger, grain.GrainContext.GrainId.ToString(), e.Message);
            if (e is Orleans.Storage.InconsistentStateException)
            {
                grain.DeactivateOnIdle();
                _changed = false;
                return true;
            }

            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The snapshot of {Grain} could not be written: {Cause}")]
    private static partial void LogFailed(ILogger logger, string grain, string cause);
}

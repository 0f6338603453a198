using Marketplace.Deliveries;
using Marketplace.Events;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Deliveries;

/// <summary>Gauges of one installation's deliveries, counters and the log of its attempts.</summary>
/// <param name="state">The deliveries.</param>
/// <param name="queries">Reads their status.</param>
/// <param name="metrics">The process's gauges and counters.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where failures are logged.</param>
internal sealed partial class DeliveryTelemetry(
    IDeliveryState state,
    DeliveryQueries queries,
    SyncMetrics metrics,
    TimeProvider time,
    ILogger logger
)
{
    // Gauges are read every few seconds at most.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private Task _publishing = Task.CompletedTask;
    private DateTimeOffset _publishedAt;
    private bool _isWanted;
    private bool _isUnreadable;
    private bool _isRemoved;

    /// <summary>Publishes the status beside the loop, which must not wait for a count of the backlog.</summary>
    public void Publish()
    {
        _isWanted = true;
        if (_publishing.IsCompleted)
        {
            _publishing = PublishWhileWanted();
        }
    }

    /// <summary>Like <see cref="Publish"/>, unless it was published a moment ago.</summary>
    public void PublishIfOlder()
    {
        if (time.GetUtcNow() - _publishedAt > Pause)
        {
            Publish();
        }
    }

    /// <summary>The grain is deactivated.</summary>
    public void Remove()
    {
        _isRemoved = true;
        metrics.Remove(state.Id);
    }

    /// <summary>Counts an event that its receiver has accepted.</summary>
    public void RecordDelivered(PluginEvent @event, DeliveryChannel channel, DateTimeOffset at) =>
        metrics.Delivered(channel, DayTally.AgeOf(@event, at));

    /// <summary>Counts an attempt whose outcome is in the progress.</summary>
    public void RecordAttempt(DeliveryAttempt attempt, AttemptResult result)
    {
        if (result.Error is not { } error)
        {
            foreach (var item in attempt.Items)
            {
                RecordDelivered(item.Event!, attempt.Replay is null ? DeliveryChannel.Push : DeliveryChannel.Replay, result.At);
            }

            return;
        }

        LogFailed(GrainKeys.Delivery(state.Id), attempt.Items[0].Seq, attempt.Number, error);
        metrics.AttemptFailed(error);
        foreach (var _ in attempt.Items.Where(item => state.Progress.Dead.Any(dead => dead.Seq == item.Seq && dead.At == result.At)))
        {
            metrics.DeadLetter(error);
        }
    }

    public void RecordParked(string reason)
    {
        LogParked(GrainKeys.Delivery(state.Id), reason);
        metrics.Parked(reason);
    }

    public void RecordRestart(Exception cause) => LogRestart(cause, GrainKeys.Delivery(state.Id));

    private async Task PublishWhileWanted()
    {
        while (_isWanted && !_isRemoved)
        {
            (_isWanted, _publishedAt) = (false, time.GetUtcNow());
            try
            {
                var status = await queries.ReadStatus(_publishedAt, CancellationToken.None);
                _isUnreadable = false;
                if (!_isRemoved)
                {
                    metrics.Publish(state.Id, status);
                }
            }
            catch (Exception e)
            {
                // Deliveries must not end because a figure could not be read; the next publication makes up for it.
                if (!_isUnreadable && !_isRemoved)
                {
                    LogUnreadable(e, GrainKeys.Delivery(state.Id));
                }

                _isUnreadable = true;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Restarting {Delivery} from the log.")]
    private partial void LogRestart(Exception exception, string delivery);

    // Once until a reading succeeds, because it is read again every few seconds.
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Cannot read the figures for the gauges of {Delivery}; the gauges keep their last values."
    )]
    private partial void LogUnreadable(Exception exception, string delivery);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Delivery} is parked: {Reason}. Its backlog is kept.")]
    private partial void LogParked(string delivery, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Delivery}: the attempt {Attempt} of event {Seq} failed: {Error}.")]
    private partial void LogFailed(string delivery, long seq, int attempt, string error);
}

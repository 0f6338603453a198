using Marketplace.Deliveries;
using Marketplace.Events;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Deliveries;

/// <summary>
/// What is shown of one installation's deliveries: gauges of how they stand, counters and the log of what became of attempts.
/// </summary>
/// <param name="grain">Whose deliveries.</param>
/// <param name="reading">Reads how they stand.</param>
/// <param name="metrics">Takes gauges and counters.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Takes what failed.</param>
internal sealed partial class DeliveryNews(
    DeliveryGrain grain,
    DeliveryReading reading,
    SyncMetrics metrics,
    TimeProvider time,
    ILogger logger
)
{
    // Gauges are read every few seconds at most.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private DateTimeOffset _toldAt;

    /// <summary>Shows how the deliveries stand.</summary>
    public async Task Tell()
    {
        try
        {
            _toldAt = time.GetUtcNow();
            metrics.Stands(grain.Id, await reading.Status(_toldAt, grain.NextDue(), CancellationToken.None));
        }
        catch (Exception)
        {
            // The next time will do: no delivery must end for a figure.
        }
    }

    /// <summary>As <see cref="Tell"/>, unless it was told a moment ago.</summary>
    public async Task TellAgain()
    {
        if (time.GetUtcNow() - _toldAt > Pause)
        {
            await Tell();
        }
    }

    /// <summary>Counts an event that a receiver has taken.</summary>
    public void Delivered(PluginEvent @event, DeliveryChannel channel, DateTimeOffset at) =>
        metrics.Delivered(channel, DayTally.AgeOf(@event, at));

    /// <summary>Counts an attempt.</summary>
    public void Note(DeliveryAttempt attempt, AttemptResult result)
    {
        if (result.Error is not { } error)
        {
            foreach (var item in attempt.Items)
            {
                Delivered(item.Event!, attempt.Replay is null ? DeliveryChannel.Push : DeliveryChannel.Replay, result.At);
            }

            return;
        }

        LogFailed(GrainKeys.Delivery(grain.Id), attempt.Items[0].Seq, attempt.Number, error);
        metrics.AttemptFailed(error);
        foreach (var _ in attempt.Items.Where(item => grain.Progress.Dead.Any(dead => dead.Seq == item.Seq && dead.At == result.At)))
        {
            metrics.DeadLetter(error);
        }
    }

    public void Parked(string reason)
    {
        LogParked(GrainKeys.Delivery(grain.Id), reason);
        metrics.Parked(reason);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Delivery} is parked: {Reason}. Its backlog is kept.")]
    private partial void LogParked(string delivery, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Delivery}: the attempt {Attempt} of event {Seq} failed: {Error}.")]
    private partial void LogFailed(string delivery, long seq, int attempt, string error);
}

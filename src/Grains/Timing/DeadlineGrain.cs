using Marketplace.Timing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Timing;

/// <summary>
/// Keeps the next deadline of each timed entity of its shard and calls the entity when it is reached. The entity decides what is due: this
/// only wakes it, so a surplus wake-up changes nothing, and none is lost with a process. A timer ends with its activation; whoever
/// activates the shard calls <see cref="Watch"/>, which sets it again.
/// </summary>
[GrainType("deadlines")]
internal sealed partial class DeadlineGrain(
    [PersistentState("deadlines")] IPersistentState<Deadlines> state,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<DeadlineGrain> logger
) : Grain, IDeadlineGrain
{
    private const int AtMostAtOnce = 200;

    // An entity that cannot be woken is retried later: its store is probably down.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // An entity that says again and again that it is due must not keep the silo busy.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    // Timers take no more than seven weeks.
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    private readonly Dictionary<string, DateTimeOffset> _notBefore = new(StringComparer.Ordinal);
    private bool _unwritten;
    private ITimer? _timer;
    private DateTimeOffset _lastRun;

    public async Task<int> Watch(CancellationToken cancellationToken)
    {
        try
        {
            await RunDueWork(cancellationToken);
            return state.State.Due.Count;
        }
        finally
        {
            ScheduleNext();
        }
    }

    public async Task Refresh(string entity)
    {
        try
        {
            _unwritten |= state.State.Set(entity, await GrainFactory.GetTimed(entity).Tick(CancellationToken.None));
            await Write();
        }
        finally
        {
            ScheduleNext();
        }
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        if (HasWork && reason.ReasonCode != DeactivationReasonCode.ShuttingDown)
        {
            // The next activation sets a timer of its own; without this call there would be none until the next round of the poll.
            Call(this.AsReference<IDeadlineGrain>()).Ignore();
        }

        return Task.CompletedTask;
    }

    private bool HasWork => state.State.Due.Count > 0 || _unwritten;

    /// <summary>Has the shard called at its next deadline; also after a failure, which the next call makes up for.</summary>
    private void ScheduleNext()
    {
        if (!HasWork)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var next = _unwritten
            ? time.GetUtcNow()
            : state.State.Due.Min(due => Instants.Later(due.Value, _notBefore.GetValueOrDefault(due.Key)));
        var wait = Instants.Later(next, _lastRun + ShortestPause) - time.GetUtcNow();

        // A timer may come up to a millisecond early, and its call may be lost.
        var ticks = Math.Clamp(wait.Ticks + TimeSpan.TicksPerMillisecond, 0, LongestPause.Ticks);
        _timer ??= CreateTimer();
        _timer.Change(TimeSpan.FromTicks(ticks), Patience);
    }

    // A timer of the grains' clock; it runs outside of the activation and therefore calls it.
    private ITimer CreateTimer()
    {
        var self = this.AsReference<IDeadlineGrain>();

        // Otherwise every later call would carry the context and the trace of this one.
        using (ExecutionContext.SuppressFlow())
        {
            return time.CreateTimer(_ => Call(self).Ignore(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private static async Task Call(IDeadlineGrain shard) => await shard.Watch(CancellationToken.None);

    private async Task RunDueWork(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = state.State.DueBy(now).Where(entity => _notBefore.GetValueOrDefault(entity) <= now).Take(AtMostAtOnce).ToArray();
        _lastRun = due.Length > 0 || _unwritten ? now : _lastRun;
        var next = await Task.WhenAll(due.Select(entity => Wake(entity, now, cancellationToken)));
        foreach (var (entity, at) in next.OfType<(string Entity, DateTimeOffset? Due)>())
        {
            _unwritten |= state.State.Set(entity, at);
        }

        await Write();
    }

    private async Task Write()
    {
        if (_unwritten)
        {
            await state.WriteStateAsync();
            // Only now: entries left by a failed write must not count as written by the next one.
            _unwritten = false;
        }
    }

    private async Task<(string Entity, DateTimeOffset? Due)?> Wake(string entity, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            _notBefore.Remove(entity);
            return (entity, await GrainFactory.GetTimed(entity).Tick(cancellationToken));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _notBefore[entity] = now + Patience;
            LogLate(e, entity);
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not wake {Entity} for a deadline; retrying.")]
    private partial void LogLate(Exception exception, string entity);
}

using Marketplace.Grains.Ports;
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
    IDeadlines deadlines,
    [PersistentState("deadlines")] IPersistentState<Deadlines> earlier,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    ILogger<DeadlineGrain> logger
) : Grain, IDeadlineGrain
{
    private const int AtMostAtOnce = 200;

    // A start activates all shards at once; those that still have to be moved must not take all connections.
    private static readonly SemaphoreSlim Moves = new(4, 4);

    // An entity that cannot be woken is retried later: its store is probably down.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // An entity that says again and again that it is due must not keep the silo busy.
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);

    // Timers take no more than seven weeks.
    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(1);

    private readonly Dictionary<string, DateTimeOffset> _notBefore = new(StringComparer.Ordinal);
    private readonly DueEntities _due = new();
    private readonly HashSet<string> _unwritten = new(StringComparer.Ordinal);
    private long _epoch;
    private ITimer? _timer;
    private DateTimeOffset _lastRun;

    private string Shard => this.GetPrimaryKeyString();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Before reading: what another activation writes later would not be seen here.
        _epoch = await deadlines.Claim(Shard, cancellationToken);
        await MoveEarlier(cancellationToken);
        await foreach (var deadline in deadlines.Read(Shard, cancellationToken))
        {
            _due.Set(deadline.Entity, deadline.Due);
        }
    }

    public async Task<int> Watch(CancellationToken cancellationToken)
    {
        try
        {
            await RunDueWork(cancellationToken);
            return _due.Count;
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
            Set(entity, await GrainFactory.GetTimed(entity).Tick(CancellationToken.None));
            _notBefore.Remove(entity);
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

    private bool HasWork => _due.Count > 0 || _unwritten.Count > 0;

    /// <summary>Has the shard called at its next deadline; also after a failure, which the next call makes up for.</summary>
    private void ScheduleNext()
    {
        if (!HasWork)
        {
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var next = _unwritten.Count > 0 ? time.GetUtcNow() : _due.NextLook(_notBefore);
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
        var due = _due.DueBy(now).Where(entity => _notBefore.GetValueOrDefault(entity) <= now).Take(AtMostAtOnce).ToArray();
        _lastRun = due.Length > 0 || _unwritten.Count > 0 ? now : _lastRun;
        var next = await Task.WhenAll(due.Select(entity => Wake(entity, now, cancellationToken)));
        foreach (var (entity, at) in next.OfType<(string Entity, DateTimeOffset? Due)>())
        {
            Set(entity, at);
        }

        _due.FindFirst(now);

        await Write();
    }

    private void Set(string entity, DateTimeOffset? due)
    {
        if (_due.Set(entity, due))
        {
            _unwritten.Add(entity);
        }
    }

    private async Task Write()
    {
        foreach (var some in _unwritten.Chunk(AtMostAtOnce))
        {
            await Write([.. some.Select(entity => new DeadlineChange(entity, _due.Of(entity)))], CancellationToken.None);

            // Only now: what a failed write left must not count as written.
            _unwritten.ExceptWith(some);
        }
    }

    private async Task Write(DeadlineChange[] changes, CancellationToken cancellationToken)
    {
        if (!await deadlines.Set(Shard, _epoch, changes, cancellationToken))
        {
            DeactivateOnIdle();
            throw new StoreUnavailableException($"{Shard} is active elsewhere; repeat the call.");
        }
    }

    private async Task MoveEarlier(CancellationToken cancellationToken)
    {
        if (!earlier.RecordExists)
        {
            return;
        }

        await Moves.WaitAsync(cancellationToken);
        try
        {
            foreach (var some in earlier.State.Due.Chunk(AtMostAtOnce))
            {
                await Write([.. some.Select(entry => new DeadlineChange(entry.Key, entry.Value))], cancellationToken);
            }

            // Only now: an activation that ends before repeats the move, which changes nothing.
            await earlier.ClearStateAsync(cancellationToken);
        }
        finally
        {
            Moves.Release();
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

using Marketplace.Timing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Timing;

/// <summary>
/// Keeps the next deadline of each timed entity of its shard and calls the entity when it is reached. The entity decides what is due: this
/// only wakes it, so a surplus wake-up changes nothing, and none is lost with a process.
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

    private readonly Dictionary<string, DateTimeOffset> _notBefore = new(StringComparer.Ordinal);
    private bool _unwritten;

    public async Task<int> Watch(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var due = state.State.DueBy(now).Where(entity => _notBefore.GetValueOrDefault(entity) <= now).Take(AtMostAtOnce).ToArray();
        var next = await Task.WhenAll(due.Select(entity => Wake(entity, now, cancellationToken)));
        foreach (var (entity, at) in next.OfType<(string Entity, DateTimeOffset? Due)>())
        {
            _unwritten |= state.State.Set(entity, at);
        }

        await Write();
        return state.State.Due.Count;
    }

    public async Task Refresh(string entity)
    {
        _unwritten |= state.State.Set(entity, await GrainFactory.GetTimed(entity).Tick(CancellationToken.None));
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

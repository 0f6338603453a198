using System.Data.Common;
using Orleans.Storage;

namespace Marketplace.Storage.State;

/// <summary>
/// Grain storage that throws only our own exception types: a driver's exceptions have no codec, and would turn an outage into a server
/// error.
/// </summary>
internal sealed class GuardedGrainStorage(IGrainStorage inner) : IGrainStorage, ILifecycleParticipant<ISiloLifecycle>
{
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Guarded(inner.ReadStateAsync(stateName, grainId, grainState));

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Guarded(inner.WriteStateAsync(stateName, grainId, grainState));

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        Guarded(inner.ClearStateAsync(stateName, grainId, grainState));

    public void Participate(ISiloLifecycle observer) => (inner as ILifecycleParticipant<ISiloLifecycle>)?.Participate(observer);

    private static async Task Guarded(Task call)
    {
        try
        {
            await call;
        }
        catch (Exception e) when (DriverFailures.IsOne(e))
        {
            throw DriverFailures.Translate(e, "The grain state store is unavailable now.");
        }
    }
}

/// <summary>Replaces database driver exceptions that leave a grain by our own type, for all grains.</summary>
internal sealed class DriverFailures : IIncomingGrainCallFilter
{
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            await context.Invoke();
        }
        catch (Exception e) when (IsOne(e))
        {
            throw Translate(e, "The store is unavailable now.");
        }
    }

    /// <summary>True if the exception or one of its causes is a driver's, except inside one of our own.</summary>
    public static bool IsOne(Exception failure) => Of(failure) is not null;

    /// <summary>Our own exception for a failure matched by <see cref="IsOne"/>.</summary>
    public static Exception Translate(Exception failure, string away) =>
        RefusedValues.IsFaultOfValues(Of(failure)?.SqlState)
            ? RefusedValues.Exception(failure)
            : new StoreUnavailableException(away, failure);

    private static DbException? Of(Exception failure)
    {
        for (var e = failure; e is not null and not (StoreUnavailableException or ValueRefusedException); e = e.InnerException!)
        {
            if (
                (e as DbException ?? (e as AggregateException)?.InnerExceptions.Select(Of).FirstOrDefault(found => found is not null)) is
                { } driver
            )
            {
                return driver;
            }
        }

        return null;
    }
}

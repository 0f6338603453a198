using System.Data.Common;
using Orleans.Storage;

namespace Marketplace.Storage.State;

/// <summary>
/// Grain storage whose failures are types of ours: a driver's exceptions have no codec, and would turn an outage into a server error.
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
            throw DriverFailures.Told(e, "The state cannot be read or written now.");
        }
    }
}

/// <summary>Turns what a database driver throws out of a grain into a type of ours, whichever grain it is.</summary>
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
            throw Told(e, "The store does not answer now.");
        }
    }

    /// <summary>True if a driver's exception is the exception or one of its causes, other than within one of ours.</summary>
    public static bool IsOne(Exception failure) => Of(failure) is not null;

    /// <summary>A type of ours for a failure of which <see cref="IsOne"/> is true.</summary>
    public static Exception Told(Exception failure, string away) =>
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

using System.ComponentModel.DataAnnotations;
using Marketplace.Timing;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Timing;

/// <summary>
/// Activates the deadline shards, which then wake themselves: after a start, when a silo has died and its shards with it, and from time to
/// time.
/// </summary>
internal sealed class DeadlinePoll : IPolledWork, ISiloStatusListener
{
    private readonly IGrainFactory _grains;
    private readonly IOptions<DeadlineOptions> _options;
    private TaskCompletionSource _siloDied = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public DeadlinePoll(IGrainFactory grains, IOptions<DeadlineOptions> options, ISiloStatusOracle silos)
    {
        (_grains, _options) = (grains, options);
        silos.SubscribeToSiloStatusEvents(this);
    }

    public TimeSpan Period => _options.Value.DeadlinePeriod;

    // While a silo's death is being dealt with, calls of its shards may fail; the period is long.
    public TimeSpan? RetryPause { get; } = TimeSpan.FromSeconds(5);

    public Task EarlyRound => Volatile.Read(ref _siloDied).Task;

    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Dead)
        {
            Volatile.Read(ref _siloDied).TrySetResult();
        }
    }

    public Task Run(CancellationToken cancellationToken)
    {
        // Before the calls: a silo that dies meanwhile may have taken some of the shards with it.
        Volatile.Write(ref _siloDied, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        return Task.WhenAll(DeadlineShards.Keys.Select(key => _grains.GetGrain<IDeadlineGrain>(key).Watch(cancellationToken)));
    }
}

/// <summary>Settings of deadlines; section <c>Marketplace:Silo</c>.</summary>
public sealed class DeadlineOptions
{
    public const string Section = "Marketplace:Silo";

    /// <summary>
    /// How often each process makes sure that all deadline shards are active; they wake themselves when something falls due. Default: 5
    /// min; 100 ms to 10 min.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan DeadlinePeriod { get; set; } = TimeSpan.FromMinutes(5);
}

[OptionsValidator]
internal sealed partial class DeadlineOptionsValidator : IValidateOptions<DeadlineOptions>;

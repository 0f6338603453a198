using System.ComponentModel.DataAnnotations;
using Marketplace.Timing;
using Microsoft.Extensions.Options;

namespace Marketplace.Grains.Timing;

/// <summary>Activates the deadline shards after a start, and periodically runs their due work.</summary>
internal sealed class DeadlinePoll(IGrainFactory grains, IOptions<DeadlineOptions> options) : IPolledWork
{
    public TimeSpan Period => options.Value.DeadlinePeriod;

    public Task Run(CancellationToken cancellationToken) =>
        Task.WhenAll(DeadlineShards.Keys.Select(key => grains.GetGrain<IDeadlineGrain>(key).Watch(cancellationToken)));
}

/// <summary>Settings of deadlines; section <c>Marketplace:Silo</c>.</summary>
public sealed class DeadlineOptions
{
    public const string Section = "Marketplace:Silo";

    /// <summary>How often due expiries, reviews and reminders are processed. Default: 2 s; 100 ms to 1 min.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan DeadlinePeriod { get; set; } = TimeSpan.FromSeconds(2);
}

[OptionsValidator]
internal sealed partial class DeadlineOptionsValidator : IValidateOptions<DeadlineOptions>;

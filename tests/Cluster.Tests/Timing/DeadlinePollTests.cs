using System.Net;
using System.Reflection;
using Marketplace.Grains.Timing;
using Marketplace.Timing;
using Microsoft.Extensions.Options;
using Xunit;

namespace Marketplace.Cluster.Tests.Timing;

/// <summary>When a process activates the deadline shards: one that died with its silo must not wait for the next regular round.</summary>
public sealed class DeadlinePollTests
{
    private static readonly SiloAddress Other = SiloAddress.New(IPAddress.Loopback, 11_111, 1);

    private readonly Shards _shards;
    private readonly DeadlinePoll _poll;

    public DeadlinePollTests()
    {
        var grains = Shards.Create();
        _shards = (Shards)(object)grains;
        _poll = new DeadlinePoll(grains, Options.Create(new DeadlineOptions()), DispatchProxy.Create<ISiloStatusOracle, Deaf>());
    }

    [Theory]
    [InlineData(SiloStatus.Joining, false)]
    [InlineData(SiloStatus.Active, false)]
    [InlineData(SiloStatus.ShuttingDown, false)]
    [InlineData(SiloStatus.Stopping, false)]
    [InlineData(SiloStatus.Dead, true)]
    public void A_round_is_due_early_when_a_silo_has_died(SiloStatus status, bool isDue)
    {
        Assert.False(_poll.EarlyRound.IsCompleted);

        _poll.SiloStatusChangeNotification(Other, status);

        Assert.Equal(isDue, _poll.EarlyRound.IsCompleted);
    }

    [Fact]
    public async Task A_round_calls_each_shard_and_makes_up_for_all_deaths_before_it()
    {
        _poll.SiloStatusChangeNotification(Other, SiloStatus.Dead);
        _poll.SiloStatusChangeNotification(Other, SiloStatus.Dead);

        await _poll.Run(TestContext.Current.CancellationToken);

        Assert.False(_poll.EarlyRound.IsCompleted);
        Assert.Equal(DeadlineShards.Keys, _shards.Called);
    }

    [Fact]
    public async Task A_silo_that_dies_during_a_round_makes_another_one_due()
    {
        _shards.OnCall = () => _poll.SiloStatusChangeNotification(Other, SiloStatus.Dead);

        await _poll.Run(TestContext.Current.CancellationToken);

        Assert.True(_poll.EarlyRound.IsCompleted);
    }

    [Fact]
    public void A_round_that_fails_is_repeated_long_before_the_next_one()
    {
        Assert.Equal(TimeSpan.FromMinutes(5), _poll.Period);
        Assert.Equal(TimeSpan.FromSeconds(5), _poll.RetryPause);
    }
}

/// <summary>Makes shards that only note their calls.</summary>
public class Shards : DispatchProxy
{
    /// <summary>The keys of the called shards.</summary>
    public List<string> Called { get; } = [];

    /// <summary>Is done at every call of a shard.</summary>
    public Action OnCall { get; set; } = () => { };

    public static IGrainFactory Create() => Create<IGrainFactory, Shards>();

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        Called.Add((string)args![0]!);
        var shard = Create<IDeadlineGrain, Shard>();
        ((Shard)(object)shard).OnCall = OnCall;
        return shard;
    }
}

/// <summary>A shard without deadlines.</summary>
public class Shard : DispatchProxy
{
    /// <summary>Is done at every call.</summary>
    public Action OnCall { get; set; } = () => { };

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        OnCall();
        return Task.FromResult(0);
    }
}

/// <summary>Takes every call, and never calls back.</summary>
public class Deaf : DispatchProxy
{
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => true;
}

using Marketplace.Api.PluginApi.Live;
using Marketplace.Installations;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Tests.Events;

/// <summary>Who holds the live connections of a process, and who gives way to whom.</summary>
public sealed class LiveConnectionsTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void After_a_minute_the_oldest_of_an_installation_gives_way_to_a_new_one_and_before_that_the_new_one_is_refused()
    {
        var connections = Connections(100);
        var first = Open(connections, "s-1/p-1");
        _clock.Now += TimeSpan.FromSeconds(30);
        var others = new[] { Open(connections, "s-1/p-1"), Open(connections, "s-1/p-1") };
        var refused = connections.Enter(InstallationId.Parse("s-1/p-1", null)).Refusal!;
        Assert.Equal(("live-limit", first.Since.AddSeconds(60)), (refused.Code, refused.RetryAt));

        _clock.Now += TimeSpan.FromSeconds(30);
        Open(connections, "s-1/p-1");
        Assert.True(first.Ended.IsCancellationRequested);
        Assert.All(others, other => Assert.False(other.Ended.IsCancellationRequested));

        // What has lost its place leaves none.
        first.Dispose();
        Assert.Equal("live-limit", connections.Enter(InstallationId.Parse("s-1/p-1", null)).Refusal?.Code);
        others[0].Dispose();
        Open(connections, "s-1/p-1");
    }

    [Fact]
    public void However_many_one_plugin_holds_another_gets_its_share_and_nobody_more_than_that()
    {
        var connections = Connections(6);
        var large = Enumerable.Range(0, 6).Select(i => Open(connections, $"s-{i / 3}/p-1")).ToArray();
        Assert.Equal("overloaded", connections.Enter(InstallationId.Parse("s-9/p-1", null)).Refusal?.Code);
        Open(connections, "s-1/p-2");
        Open(connections, "s-2/p-2");
        Open(connections, "s-1/p-3");

        Assert.Equal(3, large.Count(place => place.Ended.IsCancellationRequested));
        Assert.True(large[0].Ended.IsCancellationRequested);
        Assert.Equal("overloaded", connections.Enter(InstallationId.Parse("s-3/p-2", null)).Refusal?.Code);
        Open(connections, "s-1/p-4");
        Assert.Equal(4, large.Count(place => place.Ended.IsCancellationRequested));
    }

    private LiveConnections Connections(int all) => new(Options.Create(new LiveOptions { PerProcess = all }), _clock);

    private static LivePlace Open(LiveConnections connections, string installation)
    {
        var outcome = connections.Enter(InstallationId.Parse(installation, null));
        Assert.Null(outcome.Refusal);
        return outcome.Value!;
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 26, 4, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}

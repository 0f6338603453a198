using Marketplace.Silo.Start;
using Phase = Marketplace.Silo.Start.ProcessPhase.Phase;

namespace Marketplace.Api.Tests.Operations;

public sealed class LineFormatterTests
{
    private const string OrleansCategory = "Orleans.Runtime.GrainCallCancellationManager";
    private const string Ours = "Marketplace.Grains.Events.FeedGrain";

    [Fact]
    public void What_a_stop_interrupts_is_no_error()
    {
        Assert.True(LineFormatter.IsSuppressed(Phase.Stopping, OrleansCategory, new SiloUnavailableException()));
        Assert.True(LineFormatter.IsSuppressed(Phase.Stopping, "Orleans.Messaging", new SiloUnavailableException()));
        Assert.True(LineFormatter.IsSuppressed(Phase.Stopping, "Polly", new OrleansException("No active nodes")));
        Assert.True(LineFormatter.IsSuppressed(Phase.Stopping, Ours, new OperationCanceledException()));
        Assert.True(LineFormatter.IsSuppressed(Phase.Stopping, Ours, new ObjectDisposedException("store")));
    }

    [Theory]
    [InlineData(OrleansCategory)]
    [InlineData(Ours)]
    public void Other_failures_of_a_stop_are_printed(string category) =>
        Assert.False(LineFormatter.IsSuppressed(Phase.Stopping, category, new InvalidOperationException()));

    [Fact]
    public void While_running_everything_is_printed()
    {
        Assert.False(LineFormatter.IsSuppressed(Phase.Running, OrleansCategory, new SiloUnavailableException()));
        Assert.False(LineFormatter.IsSuppressed(Phase.Running, Ours, new OperationCanceledException()));
    }

    [Fact]
    public void While_starting_the_hosts_and_Orleans_exceptions_are_left_to_the_one_line_of_the_failure()
    {
        Assert.True(LineFormatter.IsSuppressed(Phase.Starting, OrleansCategory, new SiloUnavailableException()));
        Assert.False(LineFormatter.IsSuppressed(Phase.Starting, OrleansCategory, null));
        Assert.False(LineFormatter.IsSuppressed(Phase.Starting, Ours, new InvalidOperationException()));
    }
}

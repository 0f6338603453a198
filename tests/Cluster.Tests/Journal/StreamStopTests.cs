using Marketplace.Grains;
using Marketplace.Grains.Ports;
using Marketplace.Grains.Streaming;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Orleans.Streams;
using Xunit;

namespace Marketplace.Cluster.Tests.Journal;

/// <summary>A stop does not wait for the queues: Orleans ends the reading of a queue only when its read has returned.</summary>
public sealed class StreamStopTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly SilentLog _log = new();

    [Fact]
    public async Task A_read_that_waits_for_an_append_ends_when_the_process_begins_to_stop()
    {
        using var process = Build();
        var read = Receiver(process).GetQueueMessagesAsync(10, TestContext.Current.CancellationToken);
        await _log.Waiting.WaitAsync(Long, TestContext.Current.CancellationToken);
        Assert.False(read.IsCompleted);

        process.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        Assert.Empty(await read.WaitAsync(Long, TestContext.Current.CancellationToken));
    }

    /// <summary>The streams as the product registers them, over another log. It is not started: its queues are read by the test.</summary>
    private IHost Build()
    {
        var audit = new InMemoryAudit();
        var host = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        host.UseOrleans(silo => silo.UseLocalhostClustering().AddMarketplaceStreams().Services.AddMarketplaceGrains());
        host.Services.RemoveAll<ILogSource>().AddSingleton<ILogSource>(_log);
        host.Services.AddSingleton<IStreamCursors>(audit).AddSingleton<IDeadLetters>(audit);
        return host.Build();
    }

    private static IQueueAdapterReceiver Receiver(IHost process)
    {
        var factory = process.Services.GetRequiredKeyedService<IQueueAdapterFactory>(Streams.Provider);
        return ((LogAdapter)factory).CreateReceiver(factory.GetStreamQueueMapper().GetAllQueues().Single());
    }

    /// <summary>A log without appends. Those who wait for one are kept until they give up, however long that takes.</summary>
    private sealed class SilentLog : ILogSource
    {
        private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Waiting => _waiting.Task;

        public IReadOnlyList<QueueShare> Shares { get; } = [new("silence", 1)];

        public async Task<long> WaitBeyond(long position, TimeSpan atMost, CancellationToken cancellationToken)
        {
            var cancelled = new TaskCompletionSource();
            await using var registration = cancellationToken.Register(cancelled.SetResult);
            _waiting.TrySetResult();
            await cancelled.Task;
            return 0;
        }

        public Task<IReadOnlyList<LogEntry>> ReadAfter(long position, int limit) => Task.FromResult<IReadOnlyList<LogEntry>>([]);

        public string? KeyIn(string streamNamespace, LogEntry entry) => null;
    }
}

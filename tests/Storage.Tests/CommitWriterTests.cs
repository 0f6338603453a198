using System.Diagnostics.Metrics;
using Marketplace.Storage.Commit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class CommitWriterTests
{
    [Theory, InlineData(true), InlineData(false)]
    public async Task A_started_writer_takes_the_first_append(bool isBlocking)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new StorageMetrics(services.GetRequiredService<IMeterFactory>());

        // Often, for what begins too early begins so in a few of a thousand starts.
        for (var start = 0; start < 3_000; start++)
        {
            await using var writer = new CommitWriter<NoGroup>(
                "test",
                new NoStore(isBlocking),
                new CommitLimits(1, 1, 1),
                metrics,
                NullLogger.Instance
            );
            await writer.Start();
            Assert.True(writer.IsHealthy, $"The writer of start {start} takes nothing.");
        }
    }

    private sealed class NoGroup : CommitGroup
    {
        public override string Key => "";

        public override int Rows => 1;

        public override int Bytes => 1;

        protected override void OnCommitted() { }

        protected override void OnRefused() { }

        protected override void OnFailed(Exception cause) { }
    }

    private sealed class NoStore(bool isBlocking) : ICommitter<NoGroup>
    {
        public bool IsBlocking => isBlocking;

        public ValueTask Open(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<CommitOutcome> TryCommit(ReadOnlyMemory<NoGroup> groups) => new(CommitOutcome.Committed);

        public ValueTask Explain(NoGroup group) => ValueTask.CompletedTask;

        public ValueTask Close() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

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

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_callers_of_every_committed_group_are_answered_once_and_not_by_the_writer(bool isBlocking)
    {
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new StorageMetrics(services.GetRequiredService<IMeterFactory>());
        await using var writer = new CommitWriter<Waiting>(
            "test",
            new RefusesOne(isBlocking, refused: 23),
            new CommitLimits(100, 100, 100),
            metrics,
            NullLogger.Instance
        );
        await writer.Start();
        var groups = Enumerable.Range(0, 50).Select(number => new Waiting(number)).ToArray();

        Assert.All(groups, group => Assert.True(writer.TryAdd(group)));

        var ends = await Task.WhenAll(groups.Select(group => group.Ended))
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal("refused", ends[23]);
        Assert.All(ends.Where((_, number) => number != 23), end => Assert.Equal("answered", end));
        Assert.All(groups, group => Assert.True(group.Answers <= 1));
    }

    private sealed class Waiting(int number) : CommitGroup
    {
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _answers;

        public int Number => number;

        public Task<string> Ended => _ended.Task;

        public int Answers => Volatile.Read(ref _answers);

        public override string Key => $"{number}";

        public override int Rows => 1;

        public override int Bytes => 1;

        public override int Waiters => 1;

        public override void AnswerWaiters()
        {
            Interlocked.Increment(ref _answers);
            _ended.TrySetResult(Thread.CurrentThread.IsThreadPoolThread ? "answered" : "answered by the writer");
        }

        protected override void OnCommitted() { }

        protected override void OnRefused() => _ended.TrySetResult("refused");

        protected override void OnFailed(Exception cause) => _ended.TrySetResult("failed");
    }

    /// <summary>A store in which one key is taken.</summary>
    private sealed class RefusesOne(bool isBlocking, int refused) : ICommitter<Waiting>
    {
        public bool IsBlocking => isBlocking;

        public ValueTask Open(CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<CommitOutcome> TryCommit(ReadOnlyMemory<Waiting> groups) =>
            new(groups.ToArray().Any(group => group.Number == refused) ? CommitOutcome.KeyConflict : CommitOutcome.Committed);

        public ValueTask Explain(Waiting group) => ValueTask.CompletedTask;

        public ValueTask Close() => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
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

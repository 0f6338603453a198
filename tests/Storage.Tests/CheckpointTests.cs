using System.Buffers.Binary;
using Marketplace.Grains.Ports;
using Marketplace.Storage.Sqlite;
using Marketplace.Storage.Tests.Stores;
using Marketplace.TestKit;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Storage.Tests;

/// <summary>The write-ahead log of a busy file is copied beside the writer and starts over, long before SQLite does so by itself.</summary>
public sealed class CheckpointTests() : StoreTest(Database.Sqlite)
{
    private const int CheckpointsInHeader = 12;
    private const int Megabyte = 1 << 20;

    // Somewhat more than the 8,192 pages after which a copy begins.
    private const int Megabytes = 40;

    private IDocumentStore Documents => Store.Services.GetRequiredService<IDocumentStore>();

    [Fact]
    public async Task A_copy_beside_the_writer_brings_the_pages_into_the_file_and_leaves_the_log_as_it_is()
    {
        var file = new SqliteFile(Path.Combine(Options.DataFolder, "copied.db"), TimeSpan.FromSeconds(5));
        await using var writer = file.OpenWriter();
        SqliteFile.Execute(writer, "CREATE TABLE t (b BLOB); INSERT INTO t (b) VALUES (randomblob(1000000));");
        var (before, log) = (new FileInfo(file.Path).Length, await File.ReadAllBytesAsync(file.Path + "-wal", Token));

        using var checkpoints = new SqliteCheckpoints(file);
        checkpoints.CopyBeside();

        Assert.True(before < 100_000);
        Assert.True(new FileInfo(file.Path).Length > 1_000_000);
        Assert.Equal(log, await File.ReadAllBytesAsync(file.Path + "-wal", Token));
    }

    [Fact]
    public async Task A_write_ahead_log_starts_over_while_writes_go_on_long_before_SQLite_copies_within_a_commit()
    {
        var before = await ReadCheckpoints();
        var bytes = new byte[Megabyte];
        for (var i = 0; i < Megabytes; i++)
        {
            Random.Shared.NextBytes(bytes);
            await Documents.Put($"large/{i}", bytes, Token);
        }

        var written = 0;
        await Eventually.Holds(
            async () =>
            {
                await Documents.Put($"small/{written++}", new byte[] { 1 }, Token);
                return await ReadCheckpoints() > before;
            },
            "a write-ahead log that starts over"
        );

        Assert.Equal(bytes, (await Documents.Read($"large/{Megabytes - 1}", Token))!.Value.ToArray());
    }

    /// <summary>How often the log of <c>documents.db</c> has started over.</summary>
    private async Task<uint> ReadCheckpoints()
    {
        await using var log = new FileStream(
            Path.Combine(Options.DataFolder, "documents.db-wal"),
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite | FileShare.Delete
        );
        var header = new byte[CheckpointsInHeader + sizeof(uint)];
        await log.ReadExactlyAsync(header, Token);
        return BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(CheckpointsInHeader));
    }
}

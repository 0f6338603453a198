using Marketplace.Grains.Ports;
using Marketplace.Storage.Tests.Stores;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class DocumentsOnSqlite() : DocumentContract(Database.Sqlite);

public sealed class DocumentsOnPostgreSql() : DocumentContract(Database.PostgreSql);

/// <summary>What a document store promises, whatever keeps it.</summary>
public abstract class DocumentContract(Database database) : StoreTest(database)
{
    private IDocumentStore Documents => Store.Services.GetRequiredService<IDocumentStore>();

    [Fact]
    public async Task What_was_put_is_there_after_a_restart_to_the_byte()
    {
        var bytes = new byte[5 * 1024 * 1024];
        new Random(7).NextBytes(bytes);
        await Documents.Put("l/s/licence/1", bytes, Token);
        await Documents.Put("l/s/licence/2", new byte[] { 0, 255 }, Token);
        await Restart();

        Assert.Equal(bytes, (await Documents.Read("l/s/licence/1", Token))!.Value.ToArray());
        Assert.Equal([0, 255], (await Documents.Read("l/s/licence/2", Token))!.Value.ToArray());
        Assert.Null(await Documents.Read("l/s/licence/3", Token));
        Assert.Null(await Documents.Read("L/s/licence/1", Token));
    }

    [Fact]
    public async Task A_name_is_put_once()
    {
        await Documents.Put("a", new byte[] { 1 }, Token);
        await Documents.Put("a", new byte[] { 2 }, Token);

        Assert.Equal([1], (await Documents.Read("a", Token))!.Value.ToArray());
    }

    [Fact]
    public async Task What_was_removed_is_gone_and_removing_it_again_is_no_error()
    {
        await Documents.Put("a", new byte[] { 1 }, Token);
        await Documents.Delete("a", Token);
        await Documents.Delete("a", Token);

        Assert.Null(await Documents.Read("a", Token));
        Assert.Empty(await Documents.List("", 10, Token));
    }

    [Fact]
    public async Task Names_are_listed_page_by_page_in_ordinal_order()
    {
        foreach (var id in new[] { "b", "B", "a/2", "a/10", "ä" })
        {
            await Documents.Put(id, new byte[] { 1 }, Token);
        }

        Assert.Equal(["B", "a/10"], await Documents.List("", 2, Token));
        Assert.Equal(["a/2", "b", "ä"], await Documents.List("a/10", 10, Token));
    }

    [Fact]
    public async Task Many_at_once_are_all_kept()
    {
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => Documents.Put($"{i:D2}", new byte[100_000 + i], Token)));

        Assert.Equal(40, (await Documents.List("", 100, Token)).Count);
        Assert.Equal(100_007, (await Documents.Read("07", Token))!.Value.Length);
    }
}

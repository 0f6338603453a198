using Marketplace.Storage.Tests.Stores;
using Orleans.Storage;
using Xunit;

namespace Marketplace.Storage.Tests;

public sealed class GrainStateOnSqlite() : GrainStateContract(Database.Sqlite);

public sealed class GrainStateOnPostgreSql() : GrainStateContract(Database.PostgreSql);

/// <summary>What Orleans grain storage promises, whatever keeps it.</summary>
public abstract class GrainStateContract(Database database) : IAsyncLifetime
{
    private StorageOptions? _options;
    private TestSilo? _silo;

    /// <summary>Its initialisers are what a serializer that drops defaults would bring back.</summary>
    public sealed class Switches
    {
        public bool Enabled { get; set; } = true;

        public int Max { get; set; } = 5;

        public string? Note { get; set; } = "initial";
    }

    private IGrainStorage Storage => _silo!.State;

    public async ValueTask InitializeAsync()
    {
        _options = await TestStore.New(database);
        _silo = await TestSilo.Start(_options);
    }

    public async ValueTask DisposeAsync()
    {
        await _silo!.DisposeAsync();
        if (database == Database.Sqlite)
        {
            Directory.Delete(_options!.DataFolder, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task False_zero_and_null_come_back_also_after_a_restart()
    {
        var id = GrainId.Create("delivery", "delivery/s-1/p");
        var state = new GrainState<Switches>(
            new Switches
            {
                Enabled = false,
                Max = 0,
                Note = null,
            }
        );
        await Storage.WriteStateAsync("delivery", id, state);
        Assert.True(state.RecordExists);

        await _silo!.DisposeAsync();
        _silo = await TestSilo.Start(_options!);

        var read = await Read("delivery", id);
        Assert.Equal((false, 0, null), (read.State!.Enabled, read.State!.Max, read.State!.Note));
        Assert.Equal(state.ETag, read.ETag);
    }

    [Fact]
    public async Task What_was_never_written_is_new()
    {
        var read = await Read("delivery", GrainId.Create("delivery", "delivery/none"));
        Assert.False(read.RecordExists);
        Assert.Null(read.ETag);
        Assert.True(read.State!.Enabled);
    }

    [Fact]
    public async Task Of_concurrent_first_writers_exactly_one_wins()
    {
        for (var round = 0; round < 10; round++)
        {
            var id = GrainId.Create("delivery", $"delivery/race-{round}");
            var won = await Task.WhenAll(
                Enumerable.Range(0, 8).Select(max => TryWrite("delivery", id, new GrainState<Switches>(new Switches { Max = max })))
            );
            Assert.Equal(1, won.Count(yes => yes));
            Assert.Equal(Array.IndexOf(won, true), (await Read("delivery", id)).State!.Max);
        }
    }

    [Fact]
    public async Task A_stale_tag_is_refused_and_changes_nothing()
    {
        var id = GrainId.Create("delivery", "delivery/stale");
        var first = new GrainState<Switches>(new Switches { Max = 1 });
        await Storage.WriteStateAsync("delivery", id, first);
        var other = await Read("delivery", id);
        other.State!.Max = 2;
        await Storage.WriteStateAsync("delivery", id, other);

        first.State!.Max = 3;
        Assert.False(await TryWrite("delivery", id, first));
        await Assert.ThrowsAsync<InconsistentStateException>(() => Storage.ClearStateAsync("delivery", id, first));
        Assert.Equal(2, (await Read("delivery", id)).State!.Max);
    }

    [Fact]
    public async Task After_a_clear_the_state_is_new_and_a_stale_tag_still_does_not_match()
    {
        var id = GrainId.Create("delivery", "delivery/cleared");
        var state = new GrainState<Switches>(new Switches { Max = 1 });
        await Storage.WriteStateAsync("delivery", id, state);
        var stale = await Read("delivery", id);
        await Storage.ClearStateAsync("delivery", id, state);

        var cleared = await Read("delivery", id);
        Assert.False(cleared.RecordExists);
        Assert.Equal(5, cleared.State!.Max);
        cleared.State!.Max = 9;
        await Storage.WriteStateAsync("delivery", id, cleared);
        Assert.False(await TryWrite("delivery", id, stale));
        Assert.Equal(9, (await Read("delivery", id)).State!.Max);
    }

    [Fact]
    public async Task Keys_and_names_that_look_alike_are_different()
    {
        string[] keys = ["seller/020235", "seller/20235", "seller/ABC", "seller/abc", "seller/0ABC"];
        foreach (var (index, key) in keys.Index())
        {
            await Storage.WriteStateAsync(
                "delivery",
                GrainId.Create("delivery", key),
                new GrainState<Switches>(new Switches { Max = index })
            );
            await Storage.WriteStateAsync(
                "cursor",
                GrainId.Create("delivery", key),
                new GrainState<Switches>(new Switches { Max = 100 + index })
            );
        }

        foreach (var (index, key) in keys.Index())
        {
            Assert.Equal(index, (await Read("delivery", GrainId.Create("delivery", key))).State!.Max);
            Assert.Equal(100 + index, (await Read("cursor", GrainId.Create("delivery", key))).State!.Max);
        }
    }

    [Fact]
    public async Task A_grain_whose_name_cannot_be_kept_is_refused_and_others_are_written()
    {
        var failure = await Assert.ThrowsAnyAsync<Exception>(() =>
            Storage.WriteStateAsync("delivery", GrainId.Create("delivery", "a\0b"), new GrainState<Switches>(new Switches()))
        );
        Assert.IsType<ValueRefusedException>(failure);
        await Storage.WriteStateAsync("delivery", GrainId.Create("delivery", "ab"), new GrainState<Switches>(new Switches { Max = 3 }));
        Assert.Equal(3, (await Read("delivery", GrainId.Create("delivery", "ab"))).State!.Max);
    }

    private async Task<GrainState<Switches>> Read(string name, GrainId id)
    {
        var state = new GrainState<Switches>(new Switches());
        await Storage.ReadStateAsync(name, id, state);
        return state;
    }

    private async Task<bool> TryWrite(string name, GrainId id, GrainState<Switches> state)
    {
        try
        {
            await Storage.WriteStateAsync(name, id, state);
            return true;
        }
        catch (InconsistentStateException)
        {
            return false;
        }
    }
}

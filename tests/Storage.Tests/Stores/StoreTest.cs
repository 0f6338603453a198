using Xunit;

namespace Marketplace.Storage.Tests.Stores;

/// <summary>A test with a new, empty store of one kind.</summary>
public abstract class StoreTest(Database database) : IAsyncLifetime
{
    private TestStore? _store;
    private StorageOptions? _options;

    internal static CancellationToken Token => TestContext.Current.CancellationToken;

    internal Database Database => database;

    internal TestStore Store => _store!;

    internal StorageOptions Options => _options!;

    public async ValueTask InitializeAsync()
    {
        if (database == Database.Memory)
        {
            _store = TestStore.InMemory();
            return;
        }

        _options = await TestStore.New(database);
        Configure(_options);
        _store = await TestStore.Open(_options);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        if (database == Database.Sqlite)
        {
            Directory.Delete(Options.DataFolder, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    protected virtual void Configure(StorageOptions options) { }

    /// <summary>Stops the store and starts it anew on the same data.</summary>
    internal async Task Restart()
    {
        if (database == Database.Memory)
        {
            // The fakes promise nothing over a restart; what they hold must still be there to be read.
            return;
        }

        await Store.DisposeAsync();
        _store = await TestStore.Open(Options);
    }

    /// <summary>A second store on the same data, as another process would have; only PostgreSQL allows it.</summary>
    internal Task<TestStore> OpenSecond() => TestStore.Open(Options);
}

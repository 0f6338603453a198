using Marketplace.Identity.Store;
using Microsoft.Data.Sqlite;

namespace Marketplace.Identity.Tests;

/// <summary>A store of its own for every test; SQLite unless a derived class says otherwise.</summary>
public abstract class IdentityTest : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("identity-tests-");
    private IdentityStore? _store;

    private protected IdentityStore Store => _store!;

    private protected static CancellationToken Ended => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _store = await CreateStore();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private protected virtual Task<IdentityStore> CreateStore() =>
        Task.FromResult<IdentityStore>(new IdentityStore.Sqlite(Path.Combine(_folder.FullName, "identity.db")));
}

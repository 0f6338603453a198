using Marketplace.Api.Identity;
using Microsoft.Data.Sqlite;

namespace Marketplace.Identity.Tests;

/// <summary>A store of its own for every test.</summary>
public abstract class IdentityTest : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("identity-tests-");

    private protected IdentityStore Store => new IdentityStore.Sqlite(Path.Combine(_folder.FullName, "identity.db"));

    private protected static CancellationToken Ended => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        SqliteConnection.ClearAllPools();
        _folder.Delete(recursive: true);
    }
}

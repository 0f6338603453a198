using Marketplace.Identity.Store;
using Marketplace.Storage;

namespace Marketplace.Silo.Start;

/// <summary>Where clients, tokens and keys are, given where the logs are.</summary>
internal static class IdentityStores
{
    public static IdentityStore Of(StorageOptions storage) =>
        storage.Provider == StorageProvider.Sqlite
            ? new IdentityStore.Sqlite(Path.Combine(storage.DataFolder, "identity.db"))
            : new IdentityStore.PostgreSql(storage.ConnectionString ?? string.Empty);
}

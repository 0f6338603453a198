namespace Marketplace.Identity.Store;

/// <summary>The store of clients, tokens and keys.</summary>
public abstract record IdentityStore
{
    private IdentityStore() { }

    /// <summary>A separate file, so that issuing tokens never waits for the logs' writers.</summary>
    public sealed record Sqlite(string Path) : IdentityStore;

    /// <summary>Tables in the schema <c>identity</c> of the database used for everything else.</summary>
    public sealed record PostgreSql(string ConnectionString) : IdentityStore;
}

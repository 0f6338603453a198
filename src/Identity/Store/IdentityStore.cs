namespace Marketplace.Identity.Store;

/// <summary>Where clients, tokens and keys are kept.</summary>
public abstract record IdentityStore
{
    private IdentityStore() { }

    /// <summary>One file of its own, so that issuing tokens never waits for the writers of the logs.</summary>
    public sealed record Sqlite(string Path) : IdentityStore;

    /// <summary>Tables of the schema <c>identity</c> in the database that holds everything else.</summary>
    public sealed record PostgreSql(string ConnectionString) : IdentityStore;
}

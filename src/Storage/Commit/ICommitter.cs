namespace Marketplace.Storage.Commit;

/// <summary>One log's tables in one kind of database, as its writer sees them. Called by one writer, one call at a time.</summary>
internal interface ICommitter<TGroup> : IAsyncDisposable
    where TGroup : CommitGroup
{
    /// <summary>True if the members block (SQLite): the writer then has a thread of its own, and every call returns completed.</summary>
    bool IsBlocking { get; }

    /// <summary>Opens the connection, prepares the statements and proves by a small durable write that the store takes writes.</summary>
    ValueTask Open(CancellationToken cancellationToken);

    /// <summary>Commits all or none. Returns false, with nothing written, if a key is taken; throws if the store failed.</summary>
    ValueTask<bool> TryCommit(ReadOnlyMemory<TGroup> groups);

    /// <summary>Refuses a group whose key is taken; may look into the store first, to say which key.</summary>
    ValueTask Refuse(TGroup group);

    /// <summary>Drops the connection after a failure; never throws.</summary>
    ValueTask Close();
}

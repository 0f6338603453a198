namespace Marketplace.Storage.Commit;

/// <summary>Writes one log's tables in one kind of database. Called by one writer, one call at a time.</summary>
internal interface ICommitter<TGroup> : IAsyncDisposable
    where TGroup : CommitGroup
{
    /// <summary>True if the members block (SQLite): the writer then has its own thread, and every call completes synchronously.</summary>
    bool IsBlocking { get; }

    /// <summary>
    /// Opens the connection, prepares the statements and verifies with a small durable write that the store accepts writes.
    /// </summary>
    ValueTask Open(CancellationToken cancellationToken);

    /// <summary>Commits all or none; throws if the store failed, in which case it is unknown whether the groups were written.</summary>
    ValueTask<CommitOutcome> TryCommit(ReadOnlyMemory<TGroup> groups);

    /// <summary>Determines the duplicate key of a group that needs to know it before it is refused.</summary>
    ValueTask Explain(TGroup group);

    /// <summary>Drops the connection after a failure; never throws.</summary>
    ValueTask Close();
}

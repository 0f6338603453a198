namespace Marketplace.Storage.Commit;

/// <summary>One log's tables in one kind of database, as its writer sees them. Called by one writer, one call at a time.</summary>
internal interface ICommitter<TGroup> : IAsyncDisposable
    where TGroup : CommitGroup
{
    /// <summary>True if the members block (SQLite): the writer then has a thread of its own, and every call returns completed.</summary>
    bool IsBlocking { get; }

    /// <summary>Opens the connection, prepares the statements and proves by a small durable write that the store takes writes.</summary>
    ValueTask Open(CancellationToken cancellationToken);

    /// <summary>Commits all or none; throws if the store failed, and then it is unknown whether the groups are written.</summary>
    ValueTask<CommitOutcome> TryCommit(ReadOnlyMemory<TGroup> groups);

    /// <summary>Looks which key of a group is taken, where the group wants to know before it is refused.</summary>
    ValueTask Explain(TGroup group);

    /// <summary>Drops the connection after a failure; never throws.</summary>
    ValueTask Close();
}

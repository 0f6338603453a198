namespace Marketplace.Storage.Commit;

/// <summary>The result of a transaction while the store itself works.</summary>
/// <param name="Kind">Nothing was written unless it is <see cref="CommitKind.Committed"/>.</param>
/// <param name="Cause">The database's message, for <see cref="CommitKind.Invalid"/>.</param>
internal readonly record struct CommitOutcome(CommitKind Kind, Exception? Cause = null)
{
    public static CommitOutcome Committed { get; } = new(CommitKind.Committed);

    public static CommitOutcome KeyConflict { get; } = new(CommitKind.KeyConflict);

    public static CommitOutcome Invalid(Exception cause) => new(CommitKind.Invalid, cause);
}

internal enum CommitKind
{
    /// <summary>All groups are durable.</summary>
    Committed,

    /// <summary>A key of one of the groups exists already.</summary>
    KeyConflict,

    /// <summary>The database cannot store a value of one of the groups; the log must keep working for the others.</summary>
    Invalid,
}

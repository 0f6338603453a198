namespace Marketplace.Storage.Commit;

/// <summary>The unit of a commit, written all or none and answered once: the facts of one append, or one ledger row.</summary>
internal abstract class CommitGroup
{
    /// <summary>True after one of the three answers.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>
    /// The group's entity. After a refused group the same batch must not include another of the same key, which would leave a gap.
    /// </summary>
    public abstract string Key { get; }

    /// <summary>Rows it adds to the transaction; at least 1.</summary>
    public abstract int Rows { get; }

    /// <summary>Approximate bytes it adds to the transaction.</summary>
    public abstract int Bytes { get; }

    /// <summary>Called when the batch is composed; false if there is nothing left to commit.</summary>
    public virtual bool TryBegin() => true;

    public void Commit()
    {
        IsAnswered = true;
        OnCommitted();
    }

    public void Refuse()
    {
        IsAnswered = true;
        OnRefused();
    }

    public void Fail(Exception cause)
    {
        IsAnswered = true;
        OnFailed(cause);
    }

    /// <summary>The group is durable.</summary>
    protected abstract void OnCommitted();

    /// <summary>A key of the group exists already; nothing of it was written.</summary>
    protected abstract void OnRefused();

    /// <summary>The store failed; it is unknown whether the group was written.</summary>
    protected abstract void OnFailed(Exception cause);
}

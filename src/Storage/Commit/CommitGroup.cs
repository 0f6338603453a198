namespace Marketplace.Storage.Commit;

/// <summary>What is committed all or none and answered once: the facts of one append, or one ledger row.</summary>
internal abstract class CommitGroup
{
    /// <summary>True after one of the three answers.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>Whose group it is. After a refused group the same batch takes nothing more of the same key: it would leave a gap.</summary>
    public abstract string Key { get; }

    /// <summary>Rows it adds to the transaction; at least 1.</summary>
    public abstract int Rows { get; }

    /// <summary>Bytes it adds to the transaction, roughly.</summary>
    public abstract int Bytes { get; }

    /// <summary>Called when the batch is composed; false if there is nothing to commit any more.</summary>
    public virtual bool Take() => true;

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

    /// <summary>A key of the group is taken; nothing of it was written.</summary>
    protected abstract void OnRefused();

    /// <summary>The store failed; it is unknown whether the group is written.</summary>
    protected abstract void OnFailed(Exception cause);
}

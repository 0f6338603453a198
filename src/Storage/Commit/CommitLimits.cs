namespace Marketplace.Storage.Commit;

/// <summary>How much may wait for one writer, and how much goes into one transaction.</summary>
internal readonly record struct CommitLimits(int Queue, int BatchRows, long BatchBytes);

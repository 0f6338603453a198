namespace Marketplace.Storage.Commit;

/// <summary>Limits of one writer's queue and of one transaction.</summary>
internal readonly record struct CommitLimits(int Queue, int BatchRows, long BatchBytes);

namespace Marketplace.Grains.Ports;

/// <summary>Says whether a log or store takes writes now; readiness and metrics ask all of them.</summary>
public interface IStoreHealth
{
    /// <summary>Short name: <c>journal</c>, <c>feed</c>, <c>ledger</c>, <c>state</c>.</summary>
    string Name { get; }

    /// <summary>False from the first failed commit or probe until one succeeds.</summary>
    bool IsHealthy { get; }

    /// <summary>Items that wait for a commit.</summary>
    int QueueDepth { get; }
}

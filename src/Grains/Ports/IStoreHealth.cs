namespace Marketplace.Grains.Ports;

/// <summary>Whether a log or store accepts writes now; for readiness and metrics.</summary>
public interface IStoreHealth
{
    /// <summary>Short name: <c>journal</c>, <c>feed</c>, <c>ledger</c>, <c>state</c>.</summary>
    string Name { get; }

    /// <summary>False from the first failed commit or probe until one succeeds.</summary>
    bool IsHealthy { get; }

    /// <summary>Items waiting for a commit.</summary>
    int QueueDepth { get; }
}

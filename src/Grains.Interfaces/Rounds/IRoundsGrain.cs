using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Rounds;

/// <summary>
/// The sandbox rounds of one version, and the traffic of the running one; logged. Key: <c>rounds/{plugin}/{version}</c>, with the first 32
/// digits of the version's hash.
/// </summary>
[GrainInterfaceType("rounds"), Alias("mp.grain.rounds")]
public interface IRoundsGrain : IGrainWithStringKey
{
    /// <summary>
    /// Starts a round; returns after the start is durable, while the round runs. A repeat of the operation id gets the first answer and
    /// starts nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The start is unconfirmed; repeat with the same operation id.</exception>
    [Alias("start")]
    Task<Outcome<VersionRounds>> Start(StartRound command, Initiator by, CancellationToken cancellationToken);

    /// <summary>
    /// The rounds; null before the first one. A round that another process began, and did not end, has been interrupted by then.
    /// Interleaves: it only reads folded state.
    /// </summary>
    [Alias("get"), AlwaysInterleave]
    Task<VersionRounds?> Get(CancellationToken cancellationToken);
}

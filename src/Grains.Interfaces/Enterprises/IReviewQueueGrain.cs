using System.Collections.Immutable;

namespace Marketplace.Enterprises;

/// <summary>
/// Knows which enterprises have something to decide, and how long decisions took; logged. Key: <see cref="GrainKey"/>. What waits in detail
/// is asked of the enterprises whenever the list is asked for, so the list is never behind them.
/// </summary>
[GrainInterfaceType("review-queue")]
public interface IReviewQueueGrain : IGrainWithStringKey
{
    /// <summary>The one key.</summary>
    const string GrainKey = "reviews/entities";

    /// <summary>
    /// Notes, before it happens, that an enterprise will have something to decide; a note too many is harmless, one too few is not.
    /// </summary>
    /// <param name="licence">Which enterprise.</param>
    /// <param name="version">Version of the fact that will open it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StoreUnavailableException">It is not known to be noted: the fact must not be appended.</exception>
    [Alias("open")]
    Task Open(Licence licence, long version, CancellationToken cancellationToken);

    /// <summary>All enterprises with something to decide: a review of documents or of a shop, or an application.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("list")]
    Task<ImmutableArray<EnterpriseAnswer>> List(CancellationToken cancellationToken);

    /// <summary>How the reviews did against their due time (R44).</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("report")]
    Task<ReviewReport> Report(CancellationToken cancellationToken);
}

using System.Collections.Immutable;

namespace Marketplace.Enterprises;

/// <summary>
/// Knows which enterprises have pending decisions, and how long decisions took; logged. Key: <see cref="GrainKey"/>. Details are read from
/// the enterprises whenever the list is requested, so the list is never outdated.
/// </summary>
[GrainInterfaceType("review-queue"), Alias("mp.grain.review-queue")]
public interface IReviewQueueGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    const string GrainKey = "reviews/entities";

    /// <summary>
    /// Records in advance that an enterprise will have a pending decision; a surplus record is harmless, a missing one is not.
    /// </summary>
    /// <param name="licence">The enterprise.</param>
    /// <param name="version">Version of the fact that will open it.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="StoreUnavailableException">The record is unconfirmed: the fact must not be appended.</exception>
    [Alias("open")]
    Task Open(Licence licence, long version, CancellationToken cancellationToken);

    /// <summary>All enterprises with pending decisions: a review of documents or of a shop, or an application.</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("list")]
    Task<ImmutableArray<EnterpriseAnswer>> List(CancellationToken cancellationToken);

    /// <summary>Reviews compared with their due times (R44).</summary>
    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    [Alias("report")]
    Task<ReviewReport> Report(CancellationToken cancellationToken);
}

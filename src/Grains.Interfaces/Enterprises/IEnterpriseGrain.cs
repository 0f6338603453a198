using System.Collections.Immutable;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.Timing;
using Orleans.Concurrency;

namespace Marketplace.Enterprises;

/// <summary>One enterprise with its shops, documents' facts, reviews and sub-accounts; logged. Key: <c>enterprise/{licence}</c>.</summary>
[GrainInterfaceType("enterprise"), Alias("mp.grain.enterprise")]
public interface IEnterpriseGrain : ITimed
{
    /// <summary>
    /// Decides a command and appends its facts; returns after they are durable. A repeat of the operation id gets the first answer and
    /// changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; repeat with the same operation id.</exception>
    [Alias("execute")]
    Task<Outcome<EnterpriseAnswer>> Execute(EnterpriseCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>The enterprise, or null if no shop ever joined it. Interleaves: it only reads folded state.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<EnterpriseAnswer?> Get(CancellationToken cancellationToken);

    /// <summary>The view of one shop's installations. Interleaves: it only reads folded state.</summary>
    [Alias("standing"), AlwaysInterleave]
    Task<EntityStatus> GetStatus(SellerId seller, CancellationToken cancellationToken);

    /// <summary>All facts of the enterprise, in order.</summary>
    [Alias("history"), AlwaysInterleave]
    Task<ImmutableArray<JournalFact>> GetHistory(CancellationToken cancellationToken);
}

/// <summary>An enterprise with the policy for its counters.</summary>
/// <param name="State">Its state.</param>
/// <param name="Policy">The applicable caps and terms.</param>
/// <param name="AsOf">When it was read, by the grain's clock.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.answer")]
public sealed record EnterpriseAnswer(
    [property: Id(0)] Enterprise State,
    [property: Id(1)] EnterprisePolicy Policy,
    [property: Id(2)] DateTimeOffset AsOf
);

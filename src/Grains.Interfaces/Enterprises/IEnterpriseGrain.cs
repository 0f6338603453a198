using System.Collections.Immutable;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.Timing;
using Orleans.Concurrency;

namespace Marketplace.Enterprises;

/// <summary>One enterprise with its shops, documents' facts, reviews and sub-accounts; logged. Key: <c>enterprise/{licence}</c>.</summary>
[GrainInterfaceType("enterprise")]
public interface IEnterpriseGrain : ITimed
{
    /// <summary>
    /// Decides a command, appends its facts, and answers when they are durable. A repeat of the operation id answers as the first did and
    /// changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing was changed as far as is known; repeat with the same operation id.</exception>
    [Alias("execute")]
    Task<Outcome<EnterpriseAnswer>> Execute(EnterpriseCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>The enterprise, or null if no shop ever named it. Interleaves: it only reads folded state.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<EnterpriseAnswer?> Get(CancellationToken cancellationToken);

    /// <summary>What one shop's installations need to know. Interleaves: it only reads folded state.</summary>
    [Alias("standing"), AlwaysInterleave]
    Task<EntityStanding> GetStanding(SellerId seller, CancellationToken cancellationToken);

    /// <summary>All facts of the enterprise, in order.</summary>
    [Alias("history"), AlwaysInterleave]
    Task<ImmutableArray<JournalFact>> GetHistory(CancellationToken cancellationToken);
}

/// <summary>An enterprise with what its counters are judged by.</summary>
/// <param name="State">Its state.</param>
/// <param name="Policy">What caps and terms apply.</param>
/// <param name="AsOf">The grain's instant at which it was read.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.answer")]
public sealed record EnterpriseAnswer(
    [property: Id(0)] Enterprise State,
    [property: Id(1)] EnterprisePolicy Policy,
    [property: Id(2)] DateTimeOffset AsOf
);

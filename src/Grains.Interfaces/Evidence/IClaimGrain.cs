using System.Collections.Immutable;
using Marketplace.Evidence.Claims;
using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Evidence;

/// <summary>One claim of a seller under the plugin service agreement (R66); logged. Key: <c>claim/{seller}/{id}</c>.</summary>
[GrainInterfaceType("claim"), Alias("mp.grain.claim")]
public interface IClaimGrain : IGrainWithStringKey
{
    /// <summary>
    /// Decides a command and appends its fact; returns after it is durable. A repeat of the operation id gets the first answer.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; repeat with the same operation id.</exception>
    [Alias("execute")]
    Task<Outcome<Claim>> Execute(ClaimCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>The claim; null if it was never filed.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<Claim?> Get(CancellationToken cancellationToken);
}

/// <summary>The index of a seller's claims; logged. Key: <c>claims/{seller}</c>.</summary>
[GrainInterfaceType("claims"), Alias("mp.grain.claims")]
public interface IClaimsGrain : IGrainWithStringKey
{
    /// <summary>Adds a claim before it is filed, so that none is missing from the index; idempotent.</summary>
    [Alias("add")]
    Task Add(string claim, Initiator by, CancellationToken cancellationToken);

    /// <summary>The claims' ids, newest first. One of them may never have been filed.</summary>
    [Alias("list"), AlwaysInterleave]
    Task<ImmutableArray<string>> List(CancellationToken cancellationToken);
}

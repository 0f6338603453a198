using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Timing;
using Orleans.Concurrency;

namespace Marketplace.Installations;

/// <summary>One plugin enabled by one seller; logged. Key: <c>installation/{seller}/{plugin}</c>.</summary>
[GrainInterfaceType("installation")]
public interface IInstallationGrain : ITimed
{
    /// <summary>
    /// Decides a command, appends its facts, and answers when they are durable and the quota counter judges by them. A repeat of the
    /// operation id answers with the state and changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">Nothing was changed as far as is known; repeat with the same operation id.</exception>
    [Alias("execute")]
    Task<Outcome<InstallationAnswer>> Execute(InstallationCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>The installation, or null if the seller has not enabled the plugin.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<InstallationAnswer?> Get(CancellationToken cancellationToken);

    /// <summary>
    /// What the installation may do now; null if it does not exist. Interleaves because the quota grain asks it while it is itself being
    /// told by a command; it only reads folded state.
    /// </summary>
    [Alias("entitlement"), AlwaysInterleave]
    Task<Entitlement?> GetEntitlement(CancellationToken cancellationToken);

    /// <summary>
    /// What the seller is asked to consent to, also before the plugin was enabled; null if there is no such plugin (R42).
    /// </summary>
    [Alias("consent"), AlwaysInterleave]
    Task<ConsentDocument?> GetConsent(CancellationToken cancellationToken);

    /// <summary>
    /// Reads the plugin's profile again and judges calls by it from now on: prices, certification and scopes change without the seller's
    /// doing. Changes no state.
    /// </summary>
    [Alias("refresh")]
    Task Refresh(CancellationToken cancellationToken);

    /// <summary>
    /// Asks how the seller's enterprise stands now and takes it over, for better or worse (R43). Asked rather than told, so that news which
    /// come late, twice or out of order do no harm.
    /// </summary>
    [Alias("verify-entity")]
    Task VerifyEntity(CancellationToken cancellationToken);
}

/// <summary>Who gives a command, and by which operation.</summary>
/// <param name="Actor">Client id, or the user on whose behalf it acts.</param>
/// <param name="OperationId">Made by the caller; a repeat changes nothing.</param>
/// <param name="Address">The network address the command came from; null for what the marketplace does by itself.</param>
/// <param name="Role">In which role the actor acts, for example <c>seller-user:owner</c>; null where there is none.</param>
[GenerateSerializer, Immutable, Alias("mp.initiator")]
public readonly record struct Initiator(
    [property: Id(0)] string Actor,
    [property: Id(1)] string OperationId,
    [property: Id(2)] string? Address = null,
    [property: Id(3)] string? Role = null
)
{
    /// <summary>The marketplace itself, by an operation that no caller asked for.</summary>
    public static Initiator OfMarketplace(string operationId, string? address = null) => new("marketplace", operationId, address);

    /// <summary>True if somebody outside chose the operation id and may send it again.</summary>
    public bool IsRepeatable => !Journal.OperationId.IsInternal(OperationId);

    /// <summary>What <see cref="Role"/> means to a rule: what it does not know is no role, and may do nothing.</summary>
    public ActorRole ActorRole => ActorRole.Parse(Role);
}

/// <summary>An installation with what its plugin is certified for.</summary>
/// <param name="Id">Which one.</param>
/// <param name="State">Its state.</param>
/// <param name="CertifiedScopes">What could be granted.</param>
/// <param name="Created">True if the command that is answered enabled it.</param>
/// <param name="At">The instant for which the phase holds: now, or that of the first answer if the command was repeated.</param>
/// <param name="PendingScopes">Scopes of a newer plugin version that the seller has not decided on.</param>
[GenerateSerializer, Immutable, Alias("mp.installations.answer")]
public sealed record InstallationAnswer(
    [property: Id(0)] InstallationId Id,
    [property: Id(1)] Installation State,
    [property: Id(2)] System.Collections.Immutable.ImmutableArray<string> CertifiedScopes,
    [property: Id(3)] bool Created,
    [property: Id(4)] DateTimeOffset At,
    [property: Id(5)] System.Collections.Immutable.ImmutableArray<string> PendingScopes
)
{
    public InstallationPhase Phase => State.PhaseAt(At);
}

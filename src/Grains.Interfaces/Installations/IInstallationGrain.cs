using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Timing;
using Orleans.Concurrency;

namespace Marketplace.Installations;

/// <summary>One plugin enabled by one seller; logged. Key: <c>installation/{seller}/{plugin}</c>.</summary>
[GrainInterfaceType("installation"), Alias("mp.grain.installation")]
public interface IInstallationGrain : ITimed
{
    /// <summary>
    /// Decides a command and appends its facts; returns after they are durable and the quota counter applies them. A repeat of the
    /// operation id gets the state and changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; repeat with the same operation id.</exception>
    [Alias("execute")]
    Task<Outcome<InstallationAnswer>> Execute(InstallationCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>The installation, or null if the seller has not enabled the plugin.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<InstallationAnswer?> Get(CancellationToken cancellationToken);

    /// <summary>
    /// The installation's current entitlement; null if it does not exist. It only reads folded state.
    /// </summary>
    [Alias("entitlement"), AlwaysInterleave]
    Task<Entitlement?> GetEntitlement(CancellationToken cancellationToken);

    /// <summary>The consent document, also before the plugin is enabled; null for an unknown plugin (R42).</summary>
    [Alias("consent"), AlwaysInterleave]
    Task<ConsentDocument?> GetConsent(CancellationToken cancellationToken);

    /// <summary>
    /// Reloads the plugin's profile and applies it to calls: prices, certification and scopes change without the seller. Changes no state.
    /// </summary>
    [Alias("refresh")]
    Task Refresh(CancellationToken cancellationToken);

    /// <summary>
    /// Reads the current state of the seller's enterprise and applies it, for better or worse (R43). Pulled rather than pushed, so that
    /// late, duplicate or reordered notifications are harmless.
    /// </summary>
    [Alias("verify-entity")]
    Task VerifyEntity(CancellationToken cancellationToken);
}

/// <summary>The actor of a command, and its operation.</summary>
/// <param name="Actor">Client id, or the user on whose behalf it acts.</param>
/// <param name="OperationId">Made by the caller; a repeat changes nothing.</param>
/// <param name="Address">The caller's network address; null for the marketplace's own commands.</param>
/// <param name="Role">The actor's role; the default if there is none.</param>
[GenerateSerializer, Immutable, Alias("mp.initiator")]
public readonly record struct Initiator(
    [property: Id(0)] ActorId Actor,
    [property: Id(1)] OperationId OperationId,
    [property: Id(2)] string? Address = null,
    [property: Id(3)] ActorRole Role = default
)
{
    /// <summary>The marketplace itself, by an operation that no caller asked for.</summary>
    public static Initiator OfMarketplace(OperationId operationId, string? address = null) =>
        new(ActorId.Marketplace, operationId, address);

    /// <summary>True if a caller chose the operation id and may repeat it.</summary>
    public bool IsRepeatable => !OperationId.IsInternal;
}

/// <summary>An installation with its plugin's certified scopes.</summary>
/// <param name="Id">The installation.</param>
/// <param name="State">Its state.</param>
/// <param name="CertifiedScopes">The scopes that can be granted.</param>
/// <param name="Created">True if the answered command enabled it.</param>
/// <param name="At">The instant of the phase: now, or that of the first answer for a repeated command.</param>
/// <param name="PendingScopes">Scopes of a newer plugin version awaiting the seller's decision.</param>
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
    /// <summary>The plugin's name in the plugin market; empty in an answer of a silo that does not tell it yet.</summary>
    [Id(6)]
    public string PluginName { get; init; } = string.Empty;

    /// <summary>The version of the plugin's manifest; 0 without one.</summary>
    [Id(7)]
    public int PluginVersion { get; init; }

    public InstallationPhase Phase => State.PhaseAt(At);
}

using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Risk;

/// <summary>The holds of one installation's writes (R70); logged. Key: <c>risk/{seller}/{plugin}</c>.</summary>
[GrainInterfaceType("risk"), Alias("mp.grain.risk")]
public interface IRiskGrain : IGrainWithStringKey
{
    /// <summary>The risk state for the quota counter.</summary>
    [Alias("standing")]
    Task<RiskStatus> GetStatus(CancellationToken cancellationToken);

    /// <summary>
    /// Records that a call is held, before it is refused; returns the existing hold if rule and operation are already blocked.
    /// </summary>
    /// <returns>Null if the seller has cleared it meanwhile: judge the call again.</returns>
    /// <exception cref="StoreUnavailableException">The hold is unconfirmed, so the call must not be refused with it.</exception>
    [Alias("raise")]
    Task<RiskHold?> Raise(RiskCommand.Raise command, CancellationToken cancellationToken);

    /// <summary>Records a match of an observing rule; at most once a day per rule and operation.</summary>
    [Alias("observe")]
    Task Observe(RiskCommand.Observe command, CancellationToken cancellationToken);

    /// <summary>
    /// Executes a seller's decision: appends it, pushes it to the quota counter, returns the hold. A repeat of the operation id changes
    /// nothing.
    /// </summary>
    [Alias("decide")]
    Task<Outcome<RiskHold>> Decide(RiskCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>The current score and holds.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<RiskReport> Get(CancellationToken cancellationToken);

    /// <summary>The holds that rules would have raised on the ledger's calls; changes nothing.</summary>
    /// <param name="rules">The rules to evaluate; their mode is ignored unless it is off.</param>
    /// <param name="writes">The write operations with their scopes.</param>
    /// <param name="days">Number of days, including today; 1–35.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    [Alias("dry-run"), AlwaysInterleave, ResponseTimeout("00:01:00")]
    Task<RiskDryRun> DryRun(RiskRuleSet rules, IReadOnlyDictionary<string, string> writes, int days, CancellationToken cancellationToken);
}

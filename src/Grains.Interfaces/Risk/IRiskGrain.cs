using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Risk;

/// <summary>The holds of one installation's writes (R70); logged. Key: <c>risk/{seller}/{plugin}</c>.</summary>
[GrainInterfaceType("risk")]
public interface IRiskGrain : IGrainWithStringKey
{
    /// <summary>What the quota counter judges writes by.</summary>
    [Alias("standing")]
    Task<RiskStanding> GetStanding(CancellationToken cancellationToken);

    /// <summary>
    /// Writes down that a call is held, before it is refused; where a hold of the rule and operation shuts it already, that one.
    /// </summary>
    /// <returns>Null if the seller has cleared it meanwhile: judge the call again.</returns>
    /// <exception cref="StoreUnavailableException">The hold is not known to be written; the call must not be answered with it.</exception>
    [Alias("raise")]
    Task<RiskHold?> Raise(RiskCommand.Raise command, CancellationToken cancellationToken);

    /// <summary>Writes down what a rule that only observes found; at most once a day for a rule and operation.</summary>
    [Alias("observe")]
    Task Observe(RiskCommand.Observe command, CancellationToken cancellationToken);

    /// <summary>
    /// Carries out a seller's decision: appends it, pushes it to the quota counter, answers with the hold. A repeat of the operation id
    /// changes nothing.
    /// </summary>
    [Alias("decide")]
    Task<Outcome<RiskHold>> Decide(RiskCommand command, Initiator by, CancellationToken cancellationToken);

    /// <summary>Score and holds as they stand.</summary>
    [Alias("get"), AlwaysInterleave]
    Task<RiskReport> Get(CancellationToken cancellationToken);

    /// <summary>What rules would have held of the calls that the ledger has; changes nothing.</summary>
    /// <param name="rules">The rules to try; their mode does not matter unless it is off.</param>
    /// <param name="writes">The write operations with their scopes.</param>
    /// <param name="days">How many days back, today included; 1–35.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    [Alias("dry-run"), AlwaysInterleave, ResponseTimeout("00:01:00")]
    Task<RiskDryRun> DryRun(RiskRuleSet rules, IReadOnlyDictionary<string, string> writes, int days, CancellationToken cancellationToken);
}

using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;
using Marketplace.Events;
using Marketplace.Quotas;

namespace Marketplace.Installations;

/// <summary>
/// Which scope an operation needs. What any one of several opens uses each of them that is granted: it answers what each opens.
/// </summary>
/// <param name="Operation">For example <c>orders.get</c>.</param>
/// <param name="Need">For example <c>orders.read</c>.</param>
/// <param name="Recorded">False for operations that are not billable: their calls are not in the ledger, so their use is unknown.</param>
public readonly record struct OperationScope(OperationName Operation, ScopeNeed Need, bool Recorded);

/// <summary>The inputs of a review.</summary>
/// <param name="Installation">The installation.</param>
/// <param name="State">Its state: grants with their instants, sign-offs.</param>
/// <param name="Plugin">Its plugin: certified and required scopes.</param>
/// <param name="Usage">Usage according to the ledger.</param>
/// <param name="Operations">All operations.</param>
/// <param name="Now">The instant of the review.</param>
public sealed record ReviewEvidence(
    InstallationId Installation,
    Installation State,
    PluginProfile Plugin,
    UsageStatistics Usage,
    IReadOnlyCollection<OperationScope> Operations,
    DateTimeOffset Now
)
{
    /// <summary>True if events are pushed to the plugin: it then uses the events' scopes without calling anything.</summary>
    public bool IsPushed { get; init; }
}

/// <summary>One scope in a review.</summary>
/// <param name="Info">Name and risk.</param>
/// <param name="Required">True if the plugin cannot work without it.</param>
/// <param name="Granted">True if it is in force.</param>
/// <param name="LastUsedAt">When a call last required it; null if none did within 366 days.</param>
/// <param name="Count">Calls that required it, of the current day and the 30 before.</param>
/// <param name="IsIdle">True if it was granted at least 30 days ago and no call required it in that time.</param>
public sealed record ReviewedScope(ScopeInfo Info, bool Required, bool Granted, DateTimeOffset? LastUsedAt, long Count, bool IsIdle);

/// <summary>The effect the suggested scopes would have had on the recorded calls.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
/// <param name="Calls">Recorded calls permitted by the current grants.</param>
/// <param name="WouldRefuse">Of these, the calls the suggestion would refuse; 0 unless the suggestion is wrong.</param>
public sealed record SuggestionCheck(DateOnly From, DateOnly To, long Calls, long WouldRefuse)
{
    /// <summary>
    /// Checks a set of scopes against every recorded call by the call path's own rule, however the set was made. Calls of scopes closed
    /// since are refused either way.
    /// </summary>
    public static SuggestionCheck Of(ReviewEvidence evidence, ImmutableArray<string> suggested)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        var (now, then) = (
            Entitlements.Of(evidence.State, evidence.Plugin),
            Entitlements.Of(evidence.State with { Grants = suggested }, evidence.Plugin)
        );
        var needed = evidence.Operations.ToLookup(operation => operation.Operation, operation => operation.Need);
        var (from, to) = (evidence.Usage.To.AddDays(-PermissionReview.IdleDays), evidence.Usage.To);
        var (calls, refused) = (0L, 0L);
        foreach (var use in evidence.Usage.Operations)
        {
            foreach (var need in needed[use.Operation].Distinct().Where(need => now.Judge(need, evidence.Now) is null))
            {
                var count = use.Calls(from, to);
                calls += count;
                refused += then.Judge(need, evidence.Now) is null ? 0 : count;
            }
        }

        return new SuggestionCheck(from, to, calls, refused);
    }
}

/// <summary>The permission review of an installation (R71): the granted scopes, the used ones, and those that could be closed.</summary>
/// <param name="Evidence">Its inputs.</param>
/// <param name="Scopes">Every certified scope, by name.</param>
/// <param name="Idle">The scopes that <c>close-idle</c> closes: idle and not required.</param>
/// <param name="Suggested">
/// The smallest set of scopes with which the plugin would have worked: required ones and those both granted and used.
/// </param>
/// <param name="Check">The check of the suggestion.</param>
public sealed record PermissionReview(
    ReviewEvidence Evidence,
    ImmutableArray<ReviewedScope> Scopes,
    ImmutableArray<string> Idle,
    ImmutableArray<string> Suggested,
    SuggestionCheck Check
)
{
    /// <summary>Days without a use after which a scope is idle.</summary>
    public const int IdleDays = 30;

    /// <summary>Granted scopes used in the last 30 days: closing one of them breaks something.</summary>
    public ImmutableArray<string> Used =>
        [.. Scopes.Where(scope => scope is { Granted: true, Count: > 0 }).Select(scope => scope.Info.Scope)];

    /// <summary>Reviews an installation.</summary>
    public static PermissionReview Of(ReviewEvidence evidence)
    {
        var granted = evidence.State.GrantsAt(evidence.Now);
        ImmutableArray<ReviewedScope> scopes =
        [
            .. evidence.Plugin.Scopes.Union(granted).Order(StringComparer.Ordinal).Select(scope => Review(evidence, granted, scope)),
        ];
        ImmutableArray<string> suggested =
        [
            .. scopes
                .Where(scope => scope.Required || (scope.Granted && (scope.Count > 0 || IsUnrecorded(evidence, scope.Info.Scope))))
                .Select(scope => scope.Info.Scope),
        ];
        return new PermissionReview(
            evidence,
            scopes,
            [.. scopes.Where(scope => scope is { IsIdle: true, Required: false }).Select(scope => scope.Info.Scope)],
            suggested,
            SuggestionCheck.Of(evidence, suggested)
        );
    }

    private static ReviewedScope Review(ReviewEvidence evidence, ImmutableArray<string> granted, string scope)
    {
        var (usage, since) = (evidence.Usage, evidence.State.GrantedSince.GetValueOrDefault(scope, evidence.State.CreatedAt));
        var operations = evidence
            .Operations.Where(operation => Needs(operation, scope))
            .Select(operation => operation.Operation)
            .ToHashSet();
        var uses = usage.Operations.Where(use => operations.Contains(use.Operation)).ToArray();
        var count = uses.Sum(use => use.Calls(usage.To.AddDays(-IdleDays), usage.To));
        var isGranted = granted.Contains(scope);
        return new ReviewedScope(
            ScopeCatalogue.Of(scope),
            evidence.Plugin.RequiredScopes.Contains(scope),
            isGranted,
            uses.Length == 0 ? null : uses.Max(use => use.LastUsedAt),
            count,
            isGranted && count == 0 && evidence.Now - since >= TimeSpan.FromDays(IdleDays) && !IsUnrecorded(evidence, scope)
        );
    }

    // True if the scope's use is not recorded, so that it can never be called unused.
    private static bool IsUnrecorded(ReviewEvidence evidence, string scope) =>
        (evidence.IsPushed && EventScopes.All.Contains(scope))
        || evidence.Operations.Any(operation => Needs(operation, scope) && !operation.Recorded);

    private static bool Needs(OperationScope operation, string scope) => operation.Need.Scopes.Contains(scope);
}

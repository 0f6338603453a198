using Marketplace.Risk;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Risk;

/// <summary>This silo's cache of the risk rules: read when a write needs them, at most a second old.</summary>
internal sealed class RiskRuleCache(IGrainFactory grains, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private volatile Reading? _last;

    /// <summary>The rules.</summary>
    /// <exception cref="StoreUnavailableException">They were never read and are unreadable now.</exception>
    public ValueTask<RiskRuleSet> Get(CancellationToken cancellationToken) =>
        _last is { } last && time.GetElapsedTime(last.At) < MaxAge ? new(last.Rules) : new(Read(cancellationToken));

    private async Task<RiskRuleSet> Read(CancellationToken cancellationToken)
    {
        var at = time.GetTimestamp();
        try
        {
            var rules = await grains.GetGrain<IRiskRulesGrain>(GrainKeys.RiskRules()).Get(cancellationToken);
            _last = new Reading(rules, at);
            return rules;
        }
        catch (Exception e)
            when (_last is { } last && e is StoreUnavailableException or TimeoutException or OrleansMessageRejectionException)
        {
            // Slightly outdated rules are better than refusing all writes.
            _last = last with { At = at };
            return last.Rules;
        }
    }

    private sealed record Reading(RiskRuleSet Rules, long At);
}

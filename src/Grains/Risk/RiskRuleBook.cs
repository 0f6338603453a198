using Marketplace.Risk;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Risk;

/// <summary>The risk rules as this silo judges by them: read when a write needs them, at most a second old.</summary>
internal sealed class RiskRuleBook(IGrainFactory grains, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time)
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(1);

    private volatile Reading? _last;

    /// <summary>The rules.</summary>
    /// <exception cref="StoreUnavailableException">They were never read and cannot be read now.</exception>
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
            // Rules that were in force a moment ago are better than no writes at all.
            _last = last with { At = at };
            return last.Rules;
        }
    }

    private sealed record Reading(RiskRuleSet Rules, long At);
}

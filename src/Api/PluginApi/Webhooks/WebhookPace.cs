using System.Threading.RateLimiting;
using Marketplace.Api.Http.Problems;
using Marketplace.Quotas;

namespace Marketplace.Api.PluginApi.Webhooks;

/// <summary>
/// Rate-limits requests that are free of quota but cost a fact or a request to an external server: changes and pings. Per installation (or
/// plugin) and process; otherwise a plugin could make the marketplace send requests to a target at will.
/// </summary>
internal sealed class WebhookPace : IDisposable
{
    private static readonly BurstLimit Limit = new(30, 1);

    private readonly PartitionedRateLimiter<string> _limiter = PartitionedRateLimiter.Create<string, string>(caller =>
        RateLimitPartition.GetTokenBucketLimiter(caller, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = Limit.Capacity,
            TokensPerPeriod = Limit.PerSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            AutoReplenishment = true,
            QueueLimit = 0,
        })
    );

    /// <summary>Throws the problem where the holder of an endpoint asks too often.</summary>
    public void Step(WebhookHolder holder, DateTimeOffset now)
    {
        using var lease = _limiter.AttemptAcquire(holder.Name);
        if (!lease.IsAcquired)
        {
            var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1);
            throw new RequestProblemException(
                QuotaRefusals.Burst(Limit, 0, now.AddSeconds((double)Limit.Capacity / Limit.PerSecond), now + wait)
            );
        }
    }

    public void Dispose() => _limiter.Dispose();
}

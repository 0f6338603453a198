using System.Threading.RateLimiting;
using Marketplace.Api.Http.Problems;
using Marketplace.Identity;
using Marketplace.Sellers;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Marketplace.Api.Http;

/// <summary>Requests that take much memory or many grain calls, by kind.</summary>
internal enum HeavyKind
{
    /// <summary>A list of up to 200,000 orders against the source's.</summary>
    Comparison,

    /// <summary>All orders of a shop as a file.</summary>
    OrderExport,

    /// <summary>A whole log as a file.</summary>
    LogExport,

    /// <summary>All chains of the journal.</summary>
    Verification,

    /// <summary>The diagnosis of an installation.</summary>
    Diagnosis,

    /// <summary>The evidence of an order.</summary>
    Evidence,

    /// <summary>A document's picture, decoded.</summary>
    Picture,
}

/// <summary>
/// Places for heavy requests, in each process: so many at once for one caller, so that nobody takes them all, and so many in all, so that
/// memory is bounded. A request that finds no place is answered at once, before its body is read: 429 where it is the caller's own places,
/// 503 where it is everybody's. A place is given back when the answer is through.
/// </summary>
internal sealed class HeavyRequests : IDisposable
{
    /// <summary>By when a place is likely to be free again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    // A caller that only drips its body would keep its place for hours.
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 16_384, gracePeriod: TimeSpan.FromSeconds(10));

    private readonly Dictionary<HeavyKind, Places> _places = Enum.GetValues<HeavyKind>()
        .ToDictionary(kind => kind, kind => new Places(LimitsOf(kind)));

    /// <summary>How many may run at once: of one caller, and in all.</summary>
    public static (int OfCaller, int InAll) LimitsOf(HeavyKind kind) =>
        kind switch
        {
            HeavyKind.Comparison => (1, 4),
            HeavyKind.OrderExport => (2, 8),
            HeavyKind.LogExport => (8, 8),
            HeavyKind.Verification => (2, 2),
            HeavyKind.Picture => (2, 8),
            _ => (4, 32),
        };

    /// <summary>Takes a place; refused if there is none.</summary>
    /// <param name="kind">Of what.</param>
    /// <param name="caller">Whose places.</param>
    /// <param name="now">From which the time to try again counts.</param>
    public Outcome<IDisposable> Enter(HeavyKind kind, string caller, DateTimeOffset now)
    {
        var places = _places[kind];
        var own = places.OfCaller.AttemptAcquire(caller);
        if (!own.IsAcquired)
        {
            own.Dispose();
            return Refused(
                ProblemKinds.TooManyAtOnce,
                $"{LimitsOf(kind).OfCaller} such requests of this caller run already.",
                "plugin",
                now
            );
        }

        var common = places.InAll.AttemptAcquire();
        if (common.IsAcquired)
        {
            return new Outcome<IDisposable>(new Place(own, common), null);
        }

        common.Dispose();
        own.Dispose();
        return Refused(ProblemKinds.Overloaded, "This process works on as many such requests as it takes.", "platform", now);
    }

    /// <summary>Holds a place for a request until its answer is through.</summary>
    /// <exception cref="RequestProblemException">There is none.</exception>
    public void Hold(HttpContext context, HeavyKind kind, DateTimeOffset now)
    {
        context.Response.RegisterForDispose(Enter(kind, CallerOf(context), now).OrProblem());
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } body)
        {
            body.MinDataRate = SlowestBody;
        }
    }

    public void Dispose()
    {
        foreach (var places in _places.Values)
        {
            places.OfCaller.Dispose();
            places.InAll.Dispose();
        }
    }

    // A shop's users share its places; a backend that acts for many shops has each shop's.
    private static string CallerOf(HttpContext context)
    {
        var caller = context.Features.Get<CallerIdentity>();
        var named = context.Request.RouteValues["seller"] as string ?? context.Request.Query["seller"].ToString();
        return caller?.Installation?.ToString()
            ?? caller?.Seller
            ?? $"{caller?.ClientId ?? context.User.Identity?.Name}|{(SellerId.TryParse(named, null, out var seller) ? seller.Value : "")}";
    }

    private static Refusal Refused(string code, string reason, string by, DateTimeOffset now) =>
        new(code, reason, by, "Wait until one of them is through, then repeat the request.") { RetryAt = now + RetryAfter };

    private sealed class Places((int OfCaller, int InAll) limits)
    {
        public PartitionedRateLimiter<string> OfCaller { get; } =
            PartitionedRateLimiter.Create<string, string>(caller =>
                RateLimitPartition.GetConcurrencyLimiter(caller, _ => Options(limits.OfCaller))
            );

        public ConcurrencyLimiter InAll { get; } = new(Options(limits.InAll));

        private static ConcurrencyLimiterOptions Options(int places) => new() { PermitLimit = places, QueueLimit = 0 };
    }

    private sealed class Place(RateLimitLease own, RateLimitLease common) : IDisposable
    {
        public void Dispose()
        {
            common.Dispose();
            own.Dispose();
        }
    }
}

/// <summary>Marks endpoints as heavy.</summary>
internal static class HeavyEndpoints
{
    /// <summary>Has each request take a place of its kind before anything of it is read.</summary>
    public static RouteHandlerBuilder Bounded(this RouteHandlerBuilder endpoint, HeavyKind kind) =>
        endpoint.AddEndpointFilter(
            (invocation, next) =>
            {
                var services = invocation.HttpContext.RequestServices;
                services
                    .GetRequiredService<HeavyRequests>()
                    .Hold(invocation.HttpContext, kind, services.GetRequiredService<TimeProvider>().GetUtcNow());
                return next(invocation);
            }
        );
}

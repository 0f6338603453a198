using System.Threading.RateLimiting;
using Marketplace.Api.Http.Problems;
using Marketplace.Identity;
using Marketplace.Sellers;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Marketplace.Api.Http;

/// <summary>Kinds of requests that take much memory or many grain calls.</summary>
internal enum HeavyKind
{
    /// <summary>A comparison of up to 200,000 orders with the source.</summary>
    Comparison,

    /// <summary>All orders of a shop as a file.</summary>
    OrderExport,

    /// <summary>A whole log as a file.</summary>
    LogExport,

    /// <summary>The ledger rows of a seller's month.</summary>
    BillProof,

    /// <summary>The bills of all sellers of a developer's plugins.</summary>
    Revenue,

    /// <summary>All chains of the journal.</summary>
    Verification,

    /// <summary>The diagnosis of an installation.</summary>
    Diagnosis,

    /// <summary>The evidence of an order.</summary>
    Evidence,

    /// <summary>A document's picture, decoded.</summary>
    Picture,

    /// <summary>A page that is told what happens, until it is closed.</summary>
    SellerEvents,

    /// <summary>A search of the public catalogue. Callers without a token are one caller.</summary>
    CatalogueSearch,
}

/// <summary>
/// Limits concurrent heavy requests in each process: per caller, so that none takes all slots, and in total, so that memory is bounded. A
/// request without a slot is answered at once, before its body is read: 429 if the caller's own slots are in use, 503 if all are. The slot
/// is released when the answer is complete.
/// </summary>
internal sealed class HeavyRequests : IDisposable
{
    /// <summary>When a slot is likely to be free again.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    // A caller that sends its body byte by byte would keep its slot for hours.
    private static readonly MinDataRate SlowestBody = new(bytesPerSecond: 16_384, gracePeriod: TimeSpan.FromSeconds(10));

    private readonly Dictionary<HeavyKind, Places> _places = Enum.GetValues<HeavyKind>()
        .ToDictionary(kind => kind, kind => new Places(LimitsOf(kind)));

    /// <summary>Maximum concurrent requests: per caller, and in total.</summary>
    public static (int OfCaller, int InAll) LimitsOf(HeavyKind kind) =>
        kind switch
        {
            HeavyKind.Comparison => (1, 4),
            HeavyKind.OrderExport => (2, 8),
            HeavyKind.LogExport => (8, 8),
            HeavyKind.BillProof => (2, 8),
            HeavyKind.Revenue => (1, 4),
            HeavyKind.Verification => (2, 2),
            HeavyKind.Picture => (2, 8),
            HeavyKind.SellerEvents => (200, 10_000),
            HeavyKind.CatalogueSearch => (32, 32),
            _ => (4, 32),
        };

    /// <summary>Takes a slot; refused if there is none.</summary>
    /// <param name="kind">The kind of request.</param>
    /// <param name="caller">The caller.</param>
    /// <param name="now">The base of the retry instant.</param>
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

    /// <summary>Holds a slot for a request until its answer is complete.</summary>
    /// <exception cref="RequestProblemException">There is no free slot.</exception>
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

    // A shop's users share its slots; a backend acting for many shops uses each shop's.
    private static string CallerOf(HttpContext context)
    {
        var caller = context.Features.Get<CallerIdentity>();
        var named = context.Request.RouteValues["seller"] as string ?? context.Request.Query["seller"].ToString();
        return caller?.Installation?.ToString()
            ?? caller?.Seller
            ?? caller?.Developer?.Value
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
    /// <summary>Makes each request take a slot of its kind before it is read.</summary>
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

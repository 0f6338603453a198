using System.Globalization;

namespace Marketplace.Benchmarks.Peers;

/// <summary>What the Kestrel peers have in common: reading the token and answering with rate-limit headers.</summary>
public static class PeerAnswer
{
    private const long DailyLimit = 1_000_000_000;
    private const string Scheme = "Bearer ";

    /// <summary>Price of the <paramref name="n"/>-th call of a day (from 1) in thousandths of a yuan.</summary>
    public static int PriceOf(long n) =>
        n switch
        {
            <= 1_000 => 0,
            <= 5_000 => 20,
            _ => 15,
        };

    /// <summary>The installation that the request's token opens, or null.</summary>
    public static string? InstallationOf(HttpRequest request, Dictionary<string, string> tokens)
    {
        var authorization = request.Headers.Authorization.ToString();
        return
            authorization.StartsWith(Scheme, StringComparison.Ordinal) && tokens.TryGetValue(authorization[Scheme.Length..], out var found)
            ? found
            : null;
    }

    /// <summary>Answers a counted call. Amounts are thousandths of a yuan.</summary>
    public static Task Write(HttpResponse response, string installation, Guid call, long used, long price, long total)
    {
        var headers = response.Headers;
        headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"daily\";q={DailyLimit};w=86400");
        headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"daily\";r={DailyLimit - used};t=3600");
        headers["X-Request-Id"] = call.ToString("N");
        headers["Marketplace-Receipt"] = string.Create(
            CultureInfo.InvariantCulture,
            $"seq={used}, price={price / 1000m:0.000}, total={total / 1000m:0.000}, call=\"{call:N}\""
        );
        response.ContentType = "application/json";
        return response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"{{\"installation\":\"{installation}\",\"used\":{used}}}"));
    }

    /// <summary>Answers a request without a known token.</summary>
    public static Task Refuse(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}

using Marketplace.TestKit.Client;

namespace Marketplace.Process.Tests.Earlier;

/// <summary>What the server that wrote a store answered about it: nothing of it changes by itself as time passes.</summary>
/// <param name="Plugin">Of both installations.</param>
/// <param name="Month">The first day of the month in which calls were billed.</param>
/// <param name="BillTotal">Of the month, CNY.</param>
/// <param name="BilledCalls">Of the month.</param>
/// <param name="Orders">Of each order the columns that every list of orders has had.</param>
/// <param name="Cursor">Up to where the plugin has confirmed the events of the busy installation.</param>
/// <param name="Disabled">State and version of the installation that was disabled.</param>
/// <param name="Paused">What the first pause of that installation answered, and its repeat with the same key does.</param>
internal sealed record EarlierFacts(
    string Plugin,
    DateOnly Month,
    decimal BillTotal,
    long BilledCalls,
    string Orders,
    long Cursor,
    string Disabled,
    string Paused
)
{
    public const string BusySeller = "earlier-shop";
    public const string DisabledSeller = "left-shop";

    /// <summary>The idempotency key of the pause.</summary>
    public const string PauseKey = "thepauseoftheearliershop";
    public const string PauseReason = "holiday";

    private const int OrderColumns = 6;

    public static async Task<EarlierFacts> Read(MarketplaceClient client, string plugin, DateOnly month)
    {
        var token = await client.SellerCenterToken();
        var bill = (await client.Bill(BusySeller, month)).Json;
        var sync = (await client.Send(HttpMethod.Get, $"/seller/v1/installations/{BusySeller}/{plugin}/sync", token)).OrThrow();
        var orders = (await client.Send(HttpMethod.Get, $"/seller/v1/orders.csv?seller={BusySeller}", token)).OrThrow().Text;
        return new EarlierFacts(
            plugin,
            month,
            bill.GetProperty("total").GetDecimal(),
            bill.GetProperty("lines").EnumerateArray().Sum(line => line.GetProperty("calls").GetInt64()),
            string.Join('\n', orders.Split("\r\n").Select(line => string.Join(',', line.Split(',').Take(OrderColumns)))),
            sync.Json.GetProperty("cursor").GetInt64(),
            Phase(await client.Installation($"{DisabledSeller}/{plugin}")),
            Phase((await Pause(client, plugin, PauseReason)).OrThrow())
        );
    }

    /// <summary>The pause of the installation that was disabled later: the first time it is done, from then on it is a repeat.</summary>
    public static Task<Answer> Pause(MarketplaceClient client, string plugin, string reason) =>
        client.SellerCommand(HttpMethod.Post, $"{DisabledSeller}/{plugin}", "pause", new { reason }, PauseKey);

    private static string Phase(Answer installation)
    {
        var json = installation.Json;
        return $"{json.GetProperty("phase").GetString()} {json.GetProperty("version").GetInt64()}";
    }
}

using System.Text.Json;
using Marketplace.Replay.Billing;
using Marketplace.Replay.Http;

namespace Marketplace.Replay.Plugin;

/// <summary>Acts as Seller Center for a seller: enables the plugin, and reads the bill.</summary>
internal sealed class SellerCenter(ApiClient api, TokenSource token)
{
    private const string Actor = "replay";

    /// <summary>Ensures that the installation exists and runs, with these scopes and without a spend cap.</summary>
    /// <exception cref="ReplayException">It cannot be put into this state.</exception>
    public async Task Enable(string seller, string plugin, IReadOnlyList<string> scopes, CancellationToken cancellationToken)
    {
        // Generated sellers sign no agreement and submit no licence: use the demo's shortcut.
        await Expect(
            Write(
                HttpMethod.Post,
                "demo/v1/installations",
                new
                {
                    seller,
                    plugin,
                    scopes,
                }
            ),
            cancellationToken
        );
        var route = $"seller/v1/installations/{Uri.EscapeDataString(seller)}/{Uri.EscapeDataString(plugin)}";
        var now = await Expect(Read("installations.get", route), cancellationToken);
        if (OrderComparison.Text(now, "state") is { } state && state != "running")
        {
            throw new ReplayException($"the installation {seller}/{plugin} is {state}");
        }

        if (OrderComparison.Member(now, "spend_cap") is { ValueKind: JsonValueKind.Number })
        {
            throw new ReplayException($"the installation {seller}/{plugin} has a spend cap; its owner lifts it first");
        }
    }

    public async Task<Bill> BillOf(string seller, string plugin, string month, CancellationToken cancellationToken)
    {
        var query = $"seller/v1/bills/{month}?seller={Uri.EscapeDataString(seller)}&plugin={Uri.EscapeDataString(plugin)}";
        var json = await Expect(Read("bills.get", query), cancellationToken);
        try
        {
            return Bill.Parse(json);
        }
        catch (Exception error)
            when (error is KeyNotFoundException or InvalidOperationException or FormatException or ArgumentNullException)
        {
            throw new ReplayException($"the bill of {seller} for {month} is not of the agreed form: {error.Message}");
        }
    }

    private static ApiCall Read(string operation, string route) =>
        new(operation, HttpMethod.Get, new Uri(route, UriKind.Relative)) { Actor = Actor, RepeatIsHarmless = true };

    private static ApiCall Write(HttpMethod method, string route, object body) =>
        new("installations.write", method, new Uri(route, UriKind.Relative))
        {
            Actor = Actor,
            RepeatIsHarmless = true,
            IdempotencyKey = Guid.NewGuid().ToString(),
            Body = JsonSerializer.SerializeToUtf8Bytes(body),
        };

    private async Task<JsonElement> Expect(ApiCall call, CancellationToken cancellationToken)
    {
        var answer = await api.Send(call, token, cancellationToken);
        return answer is { IsSuccess: true, Json: { } json }
            ? json
            : throw new ReplayException($"{call.Operation} was answered {answer.Outcome}: {answer.Detail}");
    }
}

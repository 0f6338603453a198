// Calls the marketplace with the client that Kiota made of its document: a token, a read, a page, a write with a key, a refusal, a seller's
// view, an event of the platform. What is printed is read by the test.
using System.Globalization;
using Marketplace.Generated;
using Marketplace.Generated.Connect.Token;
using Marketplace.Generated.Models;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Http.HttpClientLibrary;

var address = Need("BASE");
var installation = Need("INSTALLATION");
var (seller, plugin) = (installation.Split('/')[0], installation.Split('/')[1]);
var asPlugin = await Client(Need("PLUGIN_ID"), Need("PLUGIN_SECRET"), installation);
var asSellerCenter = await Client(Need("SELLER_CENTER_ID"), Need("SELLER_CENTER_SECRET"), null);
var asPlatform = await Client(Need("PLATFORM_ID"), Need("PLATFORM_SECRET"), null);

var sent = await asPlatform.Platform.V1.Events.PostAsync(
    new IncomingEvent
    {
        Specversion = "1.0",
        Id = $"cs-{Guid.NewGuid():N}",
        Source = "urn:contract:csharp",
        Type = "order.created",
        Subject = "CS-1",
        Time = DateTimeOffset.UtcNow,
        Seller = seller,
        Datacontenttype = "application/json",
        Data = await KiotaJsonSerializer.DeserializeAsync<UntypedNode>(
            """{"currency":"USD","items":[{"line":1,"product_id":"P-1","quantity":2,"unit_price":10.5,"freight":1}],"buyer":{"country":"DE"}}""",
            UntypedNode.CreateFromDiscriminatorValue
        ),
    }
);
Expect(sent?.Accepted == 1, "the event was not accepted");

var page = await asPlugin.Open.V1.Orders.GetAsync(request =>
    (request.QueryParameters.Limit, request.QueryParameters.CreatedFrom) = (2, DateTimeOffset.UtcNow.AddDays(-1))
);
Expect(page?.Orders is { Count: > 0 }, "no page of orders");

var order = await asPlugin.Open.V1.Orders["CS-1"].GetAsync();
Expect(order is { OrderId: "CS-1", Total: > 0 }, "no order");

var key = Guid.NewGuid().ToString();
var first = await Flag(key);
var again = await Flag(key);
Expect(first?.Seq is not null && first.Seq == again?.Seq, "the flag was not written once");

try
{
    await asPlugin.Open.V1.Orders["no-such-order"].GetAsync();
    Expect(false, "an unknown order was found");
}
catch (Problem problem)
{
    Expect(problem is { Code: "order-not-found", ResponseStatusCode: 404, Fix.By.Length: > 0 }, "no typed refusal");
}

var seen = await asSellerCenter.Seller.V1.Installations[seller][plugin].GetAsync();
Expect(seen?.State == "running", "the seller does not see its installation");
Console.WriteLine("all calls answered as documented");

Task<WriteAnswer?> Flag(string idempotencyKey) =>
    asPlugin
        .Open.V1.Orders["CS-1"]
        .Flags.PostAsync(new Flag { Kind = "late-delivery" }, request => request.Headers.Add("Idempotency-Key", idempotencyKey));

async Task<MarketplaceClient> Client(string id, string secret, string? bound)
{
    var anonymous = new MarketplaceClient(new HttpClientRequestAdapter(new AnonymousAuthenticationProvider()) { BaseUrl = address });
    var token = await anonymous.Connect.Token.PostAsync(
        new TokenPostRequestBody
        {
            GrantType = "client_credentials",
            ClientId = id,
            ClientSecret = secret,
            Installation = bound,
        }
    );
    return new MarketplaceClient(
        new HttpClientRequestAdapter(
            new BaseBearerTokenAuthenticationProvider(new Fixed(token?.AccessToken ?? throw new InvalidOperationException("no token")))
        )
        {
            BaseUrl = address,
        }
    );
}

static string Need(string name) =>
    Environment.GetEnvironmentVariable(name)
    ?? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{name} is not set"));

static void Expect(bool holds, string what)
{
    if (!holds)
    {
        throw new InvalidOperationException(what);
    }
}

internal sealed class Fixed(string token) : IAccessTokenProvider
{
    public AllowedHostsValidator AllowedHostsValidator { get; } = new();

    public Task<string> GetAuthorizationTokenAsync(
        Uri uri,
        Dictionary<string, object>? additionalAuthenticationContext = null,
        CancellationToken cancellationToken = default
    ) => Task.FromResult(token);
}

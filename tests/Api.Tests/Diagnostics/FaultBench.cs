using System.Text.Json;
using Marketplace.Deliveries;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Marketplace.TestKit.Enterprises;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Diagnostics;

/// <summary>One installation of a new seller, to which faults are done.</summary>
internal sealed class FaultBench
{
    private (int? Hours, decimal? Cap) _settings;

    private FaultBench(FaultMarketplace market, InstallationId id, PluginShape shape) =>
        (Market, Id, Shape, Client) = (market, id, shape, market.Fresh());

    public FaultMarketplace Market { get; }

    public InstallationId Id { get; }

    public string Installation => Id.ToString();

    public string Seller => Id.Seller.Value;

    public PluginShape Shape { get; private set; }

    /// <summary>Holds the tokens of this case only.</summary>
    public MarketplaceClient Client { get; }

    public Licence? Licence { get; private set; }

    /// <summary>The order that every case begins with.</summary>
    public string LastOrder { get; private set; } = string.Empty;

    /// <summary>Where the plugin has its events pushed to; null while it has none pushed.</summary>
    public PluginReceiver? Receiver { get; private set; }

    /// <summary>True if the plugin does not call in this case.</summary>
    public bool Silent { get; private set; }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    private IGrainFactory Grains => Market.Services.GetRequiredService<IGrainFactory>();

    private ISellerGrain SellerGrain => Grains.GetGrain<ISellerGrain>(GrainKeys.Of(Id.Seller));

    private IEnterpriseGrain Enterprise => Grains.GetGrain<IEnterpriseGrain>(GrainKeys.Of(Licence!.Value));

    /// <summary>An installation to which nothing has happened but what every one needs.</summary>
    public static async Task<FaultBench> Make(FaultMarketplace market, params Fault[] faults)
    {
        var shape = faults.Aggregate(new PluginShape(), (shape, fault) => fault.Shape(shape));
        var plugin = await market.Plugin(shape, faults.Any(fault => fault.Has.Contains(Tags.ChangesPlugin)));
        var bench = new FaultBench(market, new InstallationId(SellerId.Parse(market.NewSeller(), null), plugin), shape);
        await (faults.Any(fault => fault.Has.Contains(Tags.Entity)) ? bench.Consent() : bench.Run());
        if (!faults.Any(fault => fault.Has.Contains(Tags.OwnEvents)))
        {
            bench.LastOrder = await bench.NewOrder(TimeSpan.Zero, NewId());
        }

        bench.Silent = faults.Any(fault => fault.Has.Contains(Tags.NoFirstCall));
        if (!bench.Silent)
        {
            (await bench.Get("orders")).OrThrow();
        }

        foreach (var fault in faults.OrderBy(fault => fault.Stage))
        {
            await fault.Make(bench);
        }

        return bench;
    }

    public DateTimeOffset Now => Market.Clock.GetUtcNow();

    public Task<Answer> Get(string path) => Client.Get(Installation, path);

    public Task<Answer> Post(string path, object body, string? key = null) =>
        Client.Call(Installation, HttpMethod.Post, path, body, key ?? MarketplaceClient.NewKey());

    /// <summary>A call that must be refused so.</summary>
    public static void Refused(Answer answer, string code) => Assert.True(answer.ProblemCode == code, $"expected {code}, but was {answer}");

    public async Task Seller_(HttpMethod method, string command, object? body) =>
        (await Client.SellerCommand(method, Installation, command, body)).OrThrow();

    public async Task Operator(string path, object body) =>
        (await Client.Send(HttpMethod.Post, path, await Client.OperatorToken(), body, MarketplaceClient.NewKey())).OrThrow();

    /// <summary>Settings are set together; what another fault set stays.</summary>
    public Task Window(int? hours) => Settings((hours, _settings.Cap));

    public Task Cap(decimal? cap) => Settings((_settings.Hours, cap));

    public async Task<decimal> Spent() => (await Client.Quota(Installation)).Json.GetProperty("spend").GetProperty("used").GetDecimal();

    public async Task Event(string type, string subject, object data, TimeSpan? ago = null) =>
        (await Client.SendEvents([CloudEvents.Of(type, Seller, subject, data, Now - (ago ?? TimeSpan.Zero))])).OrThrowIfRejected();

    public Task Order(TimeSpan ago) => NewOrder(ago, NewId());

    /// <summary>An order of this id.</summary>
    public Task Order(string id) => NewOrder(TimeSpan.Zero, id);

    /// <summary>The id of an order that nobody has heard of.</summary>
    public static string NewId() => $"order-{Guid.NewGuid():N}";

    private async Task<string> NewOrder(TimeSpan ago, string order)
    {
        (await Client.SendEvents([CloudEvents.OrderCreated(Seller, order, Now - ago)])).OrThrowIfRejected();
        return order;
    }

    /// <summary>A token that no other call of the case uses.</summary>
    public async Task<string> NewPluginToken()
    {
        var client = Client.Demo.ClientOf(Id.Plugin.Value);
        return (await Client.RequestToken(client.Id, client.Secret, Installation)).OrThrow().Json.GetProperty("access_token").GetString()!;
    }

    /// <summary>An address to which the plugin has its events pushed.</summary>
    public async Task<PluginReceiver> Receive()
    {
        Receiver = await Market.NewReceiver();
        (
            await Client.Call(
                Installation,
                HttpMethod.Put,
                "webhook",
                new { url = Receiver.Address, timeout_seconds = DeliveryEndpoint.MaxTimeoutSeconds },
                MarketplaceClient.NewKey()
            )
        ).OrThrow();
        return Receiver;
    }

    /// <summary>How the deliveries stand.</summary>
    public async Task<JsonElement> Sync() =>
        (await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{Installation}/sync", await Client.UserToken(Seller))).OrThrow().Json;

    public async Task Revoke(string token)
    {
        var client = Client.Demo.ClientOf(Id.Plugin.Value);
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>
            {
                ["client_id"] = client.Id,
                ["client_secret"] = client.Secret,
                ["token"] = token,
            }
        );
        using var response = await Market.Http.PostAsync(new Uri("/connect/revoke", UriKind.Relative), form, Ended);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The plugin's next version.</summary>
    public Task Release(Func<PluginShape, PluginShape> change)
    {
        Shape = change(Shape) with { Version = Shape.Version + 1 };
        return Market.Register(Id.Plugin, Shape);
    }

    /// <summary>Names an enterprise and hands its documents in.</summary>
    public async Task Submit()
    {
        await Upload();
        await Enterprise_(new EnterpriseCommand.Submit(Id.Seller));
    }

    public async Task Upload()
    {
        await Link();
        foreach (var kind in Document.Required)
        {
            var file = new DocumentFile(Guid.NewGuid().ToString("N"), new string('0', 64), "image/png", 1_000, 1_200, 800);
            await Enterprise_(new EnterpriseCommand.AddDocument(Id.Seller, kind, file));
        }
    }

    public async Task Link()
    {
        Licence = Marketplace.Enterprises.Licence.Parse(Licences.New(), null);
        Assert.Null((await SellerGrain.LinkEnterprise(Licence.Value, By("li-lei"), Ended)).Refusal);
    }

    /// <summary>The verified enterprise that a running installation has.</summary>
    public async Task FindEnterprise() =>
        Licence = Marketplace.Enterprises.Licence.Parse((await SellerGrain.GetEntity(Ended)).Licence!, null);

    /// <summary>A reviewer takes the review and does this.</summary>
    public async Task Review(EnterpriseCommand decision)
    {
        await Enterprise_(new EnterpriseCommand.Claim());
        await Enterprise_(decision);
    }

    public async Task Enterprise_(EnterpriseCommand command) =>
        Assert.Null((await Enterprise.Execute(command, By("reviewer"), Ended)).Refusal);

    public async Task<JsonElement> Diagnose() =>
        (await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{Installation}/diagnosis", await Client.UserToken(Seller)))
            .OrThrow()
            .Json;

    public async Task<string[]> Codes() => CodesOf(await Diagnose());

    public static string[] CodesOf(JsonElement diagnosis) =>
        [.. diagnosis.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("code").GetString()!)];

    /// <summary>
    /// Carries a fix out, as the page would on the press of its button: the call as it is, and the second confirmation where one is asked
    /// for.
    /// </summary>
    public async Task Repair(JsonElement fix)
    {
        var (method, href) = (new HttpMethod(fix.GetProperty("method").GetString()!), fix.GetProperty("href").GetString()!);
        var body = fix.GetProperty("body");
        var token = await TokenOf(fix.GetProperty("by").GetString()!);
        var answer = await Client.Send(method, href, token, body, MarketplaceClient.NewKey());
        if (answer.ProblemCode == "broader-grant")
        {
            var confirmed = body.EnumerateObject().ToDictionary(member => member.Name, member => (object)member.Value);
            confirmed["confirmation"] = answer.Json.GetProperty("evidence").GetProperty("confirmation");
            answer = await Client.Send(method, href, token, confirmed, MarketplaceClient.NewKey());
        }

        answer.OrThrow();
    }

    // Whoever the fix names, and nobody who may do more.
    private Task<string> TokenOf(string by) =>
        by switch
        {
            "platform" => Client.OperatorToken(),
            "owner" => Client.UserToken(Seller),
            "finance" => Bound("finance-fei", "finance"),
            _ => Bound("staff-sun", "staff"),
        };

    // While the enterprise is not approved no account can be bound, and the owner alone acts.
    private async Task<string> Bound(string user, string role) =>
        (int)(await Client.SubAccount(HttpMethod.Put, Seller, Installation.Split('/')[1], user)).Status == 200
            ? await Client.UserToken(Seller, user, role)
            : await Client.UserToken(Seller);

    private static Initiator By(string actor) => new(ActorId.Parse(actor), OperationId.Parse(Guid.NewGuid().ToString("N")));

    private async Task Settings((int? Hours, decimal? Cap) settings)
    {
        _settings = settings;
        await Seller_(HttpMethod.Put, "settings", new Settings(settings.Hours, settings.Cap));
    }

    private async Task Run() =>
        await Client.Install(Seller, Id.Plugin.Value, [.. TestPlugins.AllScopes.Except([Shape.LackingScope ?? string.Empty])]);

    /// <summary>Enabled and consented to; the enterprise is what is missing.</summary>
    private async Task Consent()
    {
        var token = await Client.UserToken(Seller);
        (
            await Client.Send(
                HttpMethod.Post,
                "/seller/v1/installations",
                token,
                new { seller = Seller, plugin = Id.Plugin.Value },
                MarketplaceClient.NewKey()
            )
        ).OrThrow();
        var agreement = (await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{Installation}/consent", token))
            .OrThrow()
            .Json.GetProperty("agreement");
        var accepted = new { version = agreement.GetProperty("version").GetString(), hash = agreement.GetProperty("hash").GetString() };
        await Seller_(HttpMethod.Post, "consent", new { agreement = accepted, scopes = new[] { "logistics.write", "orders.read" } });
    }
}

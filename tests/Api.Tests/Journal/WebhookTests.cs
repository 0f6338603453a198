using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Marketplace.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Api.Tests.Journal;

/// <summary>Notifications to Seller Center as Standard Webhooks, over real HTTP.</summary>
public sealed class WebhookTests : IAsyncLifetime
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    private readonly TestMarketplace _marketplace = new();
    private readonly ConcurrentQueue<Delivery> _deliveries = new();
    private WebApplication? _receiver;
    private Func<Delivery, int> _answer = _ => StatusCodes.Status204NoContent;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _receiver = builder.Build();
        _receiver.Run(Receive);
        await _receiver.StartAsync(TestContext.Current.CancellationToken);
        var address = _receiver.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        _marketplace.Settings["Marketplace:SellerCenter:WebhookUri"] = $"{address}/hooks";
        _marketplace.Settings["Marketplace:SellerCenter:WebhookSecret"] = "whsec_" + Convert.ToBase64String(Key);
        _marketplace.Settings["Marketplace:SellerCenter:WebhookFirstPause"] = "00:00:00.050";
        _marketplace.Settings["Marketplace:SellerCenter:WebhookPeriod"] = "00:00:00.050";
        _marketplace.Settings["Marketplace:SellerCenter:WebhookAttempts"] = "2";
        await _marketplace.InitializeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _marketplace.DisposeAsync();
        await _receiver!.DisposeAsync();
    }

    [Fact]
    public async Task A_pause_arrives_signed_once_and_what_the_receiver_refuses_is_a_dead_letter_until_it_is_retried()
    {
        var installation = await _marketplace.NewInstallation();
        await _marketplace.Client.Pause(installation, "盘点");
        var paused = await Delivered("installation.paused");
        Assert.Equal(paused.Expected, paused.Signature);
        var data = JsonDocument.Parse(paused.Body).RootElement.GetProperty("data");
        Assert.Equal(
            (installation, "插件 everything 已暂停：盘点。"),
            (data.GetProperty("installation").GetString(), data.GetProperty("text").GetProperty("zh").GetString())
        );
        Assert.Equal($"{TestMarketplace.SellerOf(installation)}.{data.GetProperty("id").GetString()}", paused.Id);

        _answer = delivery => delivery.Type == "installation.resumed" ? StatusCodes.Status410Gone : StatusCodes.Status204NoContent;
        await _marketplace.Client.Resume(installation);
        var dead = await Eventually.Get(DeadLetters, letters => letters.Count == 1, "the dead letter");
        Assert.Equal(
            ("webhook", "installation/" + installation, "the receiver answered 410", 2),
            (Text(dead[0], "subscriber"), Text(dead[0], "entity"), Text(dead[0], "error"), dead[0].GetProperty("attempts").GetInt32())
        );
        Assert.Single(_deliveries.Where(delivery => delivery.Type == "installation.resumed").Select(delivery => delivery.Id).Distinct());

        _answer = _ => StatusCodes.Status204NoContent;
        var retried = await _marketplace.Client.Send(
            HttpMethod.Post,
            $"/platform/v1/dead-letters/{dead[0].GetProperty("id").GetInt64()}/retry",
            await _marketplace.Client.OperatorToken()
        );
        Assert.NotEqual(JsonValueKind.Null, retried.OrThrow().Json.GetProperty("settled_at").ValueKind);
        Assert.Empty(await DeadLetters());
        Assert.Single(_deliveries, delivery => delivery.Id == paused.Id);
    }

    private async Task Receive(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var delivery = new Delivery(
            context.Request.Headers["webhook-id"].ToString(),
            context.Request.Headers["webhook-timestamp"].ToString(),
            context.Request.Headers["webhook-signature"].ToString(),
            body
        );
        _deliveries.Enqueue(delivery);
        context.Response.StatusCode = _answer(delivery);
    }

    private Task<Delivery> Delivered(string type) =>
        Eventually.Get(
            () => Task.FromResult(_deliveries.FirstOrDefault(delivery => delivery.Type == type)!),
            delivery => delivery is not null,
            type
        );

    private async Task<IReadOnlyList<JsonElement>> DeadLetters() =>
        [
            .. (await _marketplace.Client.Send(HttpMethod.Get, "/platform/v1/dead-letters", await _marketplace.Client.OperatorToken()))
                .OrThrow()
                .Json.GetProperty("dead_letters")
                .EnumerateArray(),
        ];

    private static string Text(JsonElement element, string member) => element.GetProperty(member).GetString()!;

    private sealed record Delivery(string Id, string Timestamp, string Signature, string Body)
    {
        public string Type => JsonDocument.Parse(Body).RootElement.GetProperty("type").GetString()!;

        /// <summary>The signature by the specification's own words.</summary>
        public string Expected =>
            "v1,"
            + Convert.ToBase64String(
                HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Id}.{Timestamp}.{Body}")))
            );
    }
}

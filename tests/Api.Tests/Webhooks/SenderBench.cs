using System.Collections.Immutable;
using System.Net;
using System.Text;
using Marketplace.Deliveries;
using Marketplace.Grains.Ports;
using Marketplace.Identity.Signing;
using Marketplace.Webhooks;
using Marketplace.Webhooks.Plugins;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using NSec.Cryptography;

namespace Marketplace.Api.Tests.Webhooks;

/// <summary>The sender as the host wires it, without the rest of the host.</summary>
internal sealed class SenderBench : IAsyncDisposable, IMarketplaceSigner
{
    private readonly ServiceProvider _services;
    private readonly Key _key = Key.Create(SignatureAlgorithm.Ed25519);

    /// <param name="lookup">In place of the system's resolver; null for that.</param>
    /// <param name="settings">Of the section <c>Marketplace:Webhooks</c>; loopback is allowed if nothing else is said.</param>
    public SenderBench(NameLookup? lookup = null, params (string Name, string Value)[] settings)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IMarketplaceSigner>(this);
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        var values = new Dictionary<string, string?> { [$"{WebhookOptions.Section}:AllowLoopback"] = "true" };
        foreach (var (name, value) in settings)
        {
            values[$"{WebhookOptions.Section}:{name}"] = value;
        }

        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
        if (lookup is not null)
        {
            services.AddSingleton(lookup);
        }

        services.AddPluginWebhooks();
        _services = services.BuildServiceProvider();
        Secret = Secrets.Make("the tests", DateTimeOffset.UnixEpoch);
    }

    public IEventSender Sender => _services.GetRequiredService<IEventSender>();

    public AddressGuard Guard => _services.GetRequiredService<AddressGuard>();

    public WebhookSecrets Secrets => _services.GetRequiredService<WebhookSecrets>();

    /// <summary>An endpoint's secret, sealed.</summary>
    public EndpointSecret Secret { get; }

    /// <summary>What verifies v1a.</summary>
    public MarketplaceKey PublicKey => new("mk_test", _key.PublicKey.Export(KeyBlobFormat.RawPublicKey), DateTimeOffset.UnixEpoch);

    /// <summary>A message to an address on this machine or elsewhere.</summary>
    public EventMessage Message(string url, string body = """{"specversion":"1.0"}""", string id = "evt_1") =>
        new(new Uri(url), id, Encoding.UTF8.GetBytes(body), "application/cloudevents+json", [Secret.Sealed], TimeSpan.FromSeconds(10), 1);

    public Task<SendResult> Send(EventMessage message) => Sender.Send(message, TestContext.Current.CancellationToken);

    /// <summary>With one second for everything.</summary>
    public Task<SendResult> SendQuickly(string url) => Send(Message(url) with { Timeout = TimeSpan.FromSeconds(1) });

    public ValueTask<MarketplaceSignature> Sign(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new MarketplaceSignature(PublicKey.Id, SignatureAlgorithm.Ed25519.Sign(_key, data.Span)));

    public ValueTask<IReadOnlyList<MarketplaceKey>> GetKeys(CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<MarketplaceKey>>([PublicKey]);

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _key.Dispose();
    }

    /// <summary>A resolver that knows one name, which leads to these addresses, one look-up after the other.</summary>
    public static NameLookup Leading(params ImmutableArray<string[]> answers)
    {
        var asked = 0;
        return (_, _) => Task.FromResult(Array.ConvertAll(answers[Math.Min(asked++, answers.Length - 1)], IPAddress.Parse));
    }
}

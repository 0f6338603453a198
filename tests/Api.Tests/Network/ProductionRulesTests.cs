using Marketplace.Api.Http.Network;
using Microsoft.Extensions.Configuration;

namespace Marketplace.Api.Tests.Network;

/// <summary>What a production host is told before others can reach it.</summary>
public class ProductionRulesTests
{
    private const string Issuer = "Marketplace:Identity:Issuer=https://market.example/";
    private const string Certificate = "Marketplace:Identity:KeyCertificate:Path=/keys/ring.pfx";
    private const string Proxy = "Marketplace:KnownProxies:0=10.0.0.0/16";

    [Theory]
    [InlineData("urls=http://0.0.0.0:8080", Issuer, Certificate, Proxy)]
    [InlineData("http_ports=8080", Issuer, Certificate, Proxy)]
    [InlineData("urls=https://*:443", Issuer, Certificate)]
    [InlineData("urls=https://*:443;http://127.0.0.1:8080", Issuer, Certificate)]
    [InlineData("urls=http://127.0.0.1:5080")]
    [InlineData("urls=http://localhost:5080;http://[::1]:5080")]
    [InlineData("Kestrel:Endpoints:a:Url=http://127.0.0.1:5080", "urls=http://*:80")]
    [InlineData("")]
    public void Who_has_everything_or_listens_on_loopback_may_start(params string[] settings) =>
        Assert.Null(ProductionRules.Refusal(Settings(settings), true));

    [Theory]
    [InlineData("Identity:Issuer", "urls=http://*:8080", Certificate, Proxy)]
    [InlineData("Identity:Issuer", "urls=http://*:8080", Certificate, Proxy, "Marketplace:Identity:Issuer=http://market.example/")]
    [InlineData("KnownProxies:0", "urls=http://*:8080", Issuer, Certificate)]
    [InlineData("KnownProxies:0", "http_ports=8080", Issuer, Certificate)]
    [InlineData("KnownProxies:0", "urls=https://*:443;http://*:80", Issuer, Certificate)]
    [InlineData("KnownProxies:0", "Kestrel:Endpoints:a:Url=http://*:80", "urls=http://127.0.0.1:5080", Issuer, Certificate)]
    [InlineData("KnownProxies:0", "urls=http://+:8080", Issuer, Certificate)]
    [InlineData("KeyCertificate:Path", "urls=http://market.example:8080", Issuer, Proxy)]
    public void Who_lacks_something_is_told_in_one_line_what_to_set(string named, params string[] settings)
    {
        var refusal = ProductionRules.Refusal(Settings(settings), true);

        Assert.NotNull(refusal);
        Assert.Contains(
            $"Marketplace:{named}".Replace("Marketplace:KeyCertificate", "Marketplace:Identity:KeyCertificate", StringComparison.Ordinal),
            refusal,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain('\n', refusal);
        Assert.Null(ProductionRules.Refusal(Settings(settings), false));
    }

    [Theory]
    [InlineData("10.0.0.7", true)]
    [InlineData("10.0.0.0/16", true)]
    [InlineData("2001:db8::/32", true)]
    [InlineData("::1", true)]
    [InlineData("10.0.0.1/16", true)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("ingress", false)]
    [InlineData("", false)]
    public void A_proxy_is_an_address_or_a_network(string name, bool isOne)
    {
        var refusal = ProductionRules.Refusal(Settings($"Marketplace:KnownProxies:0={name}"), false);

        Assert.Equal(isOne, refusal is null);
        Assert.True(isOne || refusal!.Contains("Marketplace:KnownProxies", StringComparison.Ordinal));
    }

    private static IConfiguration Settings(params string[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings
                    .Where(setting => setting.Length > 0)
                    .Select(setting => setting.Split('=', 2))
                    .Select(pair => KeyValuePair.Create(pair[0], (string?)pair[1]))
            )
            .Build();
}

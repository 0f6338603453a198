using System.Net;
using System.Net.Sockets;
using Marketplace.Webhooks;
using Microsoft.Extensions.Options;

namespace Marketplace.Api.Tests.Webhooks;

public class AddressGuardTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.255.255.255")]
    [InlineData("10.0.0.0")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.0")]
    [InlineData("100.100.100.200")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.255")]
    [InlineData("168.63.129.16")]
    [InlineData("169.254.0.0")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.0")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.0.0")]
    [InlineData("192.168.255.255")]
    [InlineData("198.18.0.0")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.255")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::10.0.0.1")]
    [InlineData("::8.8.8.8")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:8.8.8.8")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::808:808")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:0:4136:e378:8000:63bf:3fff:fdd2")]
    [InlineData("2001:2::1")]
    [InlineData("2001:20::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:808:808::1")]
    [InlineData("3fff::1")]
    [InlineData("3fff:fff:ffff::1")]
    [InlineData("4000::1")]
    [InlineData("5f00::1")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fe80::1%2")]
    [InlineData("2600::1%2")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    public void What_is_not_of_the_public_internet_is_told_so(string address) =>
        Assert.False(PublicAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("1.0.0.0")]
    [InlineData("8.8.8.8")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("168.63.129.15")]
    [InlineData("169.253.255.255")]
    [InlineData("169.255.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("192.0.3.0")]
    [InlineData("192.167.255.255")]
    [InlineData("192.169.0.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    [InlineData("2001:200::1")]
    [InlineData("2001:db9::1")]
    [InlineData("2003::1")]
    [InlineData("2600:1f18::1")]
    [InlineData("3ffe::1")]
    public void What_is_of_the_public_internet_is_told_so(string address) =>
        Assert.True(PublicAddresses.Contains(IPAddress.Parse(address)));

    [Theory]
    [InlineData("http://plugin.example/hook")]
    [InlineData("ftp://plugin.example/hook")]
    [InlineData("file:///etc/passwd")]
    [InlineData("gopher://plugin.example/")]
    [InlineData("ws://plugin.example/")]
    [InlineData("https://user:word@plugin.example/")]
    [InlineData("https://user@plugin.example/")]
    [InlineData("https://plugin.example@169.254.169.254/")]
    [InlineData("https://localhost/")]
    [InlineData("https://LOCALHOST:8443/")]
    [InlineData("https://intranet/")]
    [InlineData("https://intranet./")]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://0/")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:127.0.0.1]/")]
    [InlineData("https://[64:ff9b::7f00:1]/")]
    [InlineData("https://[fd00:ec2::254]/")]
    [InlineData("https://[fe80::1%252]/")]
    [InlineData("https://１２７.０.０.１/")]
    public async Task An_address_of_this_form_is_refused_without_a_look_up(string url)
    {
        var guard = Guard((_, _) => throw new InvalidOperationException("It was looked up."));

        Assert.Equal("endpoint-forbidden", guard.Judge(new Uri(url))?.Code);
        Assert.Equal("endpoint-forbidden", (await Check(guard, url))?.Code);
    }

    [Theory]
    [InlineData("https://plugin.example/hook?key=1")]
    [InlineData("https://plugin.example:8443/")]
    [InlineData("https://plugin.example./")]
    [InlineData("https://插件.example/")]
    public async Task An_address_whose_host_is_public_may_be_an_endpoint(string url) =>
        Assert.Null(
            await Check(
                Guard(
                    SenderBench.Leading([
                        ["93.184.215.14", "2606:2800:21f:cb07::1"],
                    ])
                ),
                url
            )
        );

    [Theory]
    [InlineData("https://plugin.example:22/")]
    [InlineData("https://plugin.example:80/")]
    [InlineData("https://plugin.example:6379/")]
    [InlineData("https://93.184.215.14:9200/")]
    [InlineData("https://[2606:2800:21f:cb07::1]:10443/")]
    [InlineData("https://localhost:5432/")]
    public async Task A_port_that_is_no_web_servers_is_refused_without_a_look_up(string url) =>
        Assert.Equal(
            "endpoint-forbidden",
            (await Check(Guard((_, _) => throw new InvalidOperationException("It was looked up.")), url))?.Code
        );

    [Fact]
    public void Ports_are_the_operators_to_name_and_on_this_machine_all_are_open_where_it_is_open()
    {
        var options = new WebhookOptions { AllowLoopback = true, Ports = { 9443 } };
        var guard = new AddressGuard(Options.Create(options), SenderBench.Leading(["93.184.215.14"]));

        Assert.Null(guard.Judge(new Uri("https://plugin.example:9443/")));
        Assert.Equal("endpoint-forbidden", guard.Judge(new Uri("https://plugin.example/"))?.Code);
        Assert.Null(guard.Judge(new Uri("http://127.0.0.1:5555/")));
    }

    [Theory]
    [InlineData("https://8.8.8.8/")]
    [InlineData("https://[2606:2800:21f:cb07::1]/")]
    public async Task A_public_address_in_digits_may_be_an_endpoint(string url) =>
        Assert.Null(await Check(Guard((_, _) => throw new InvalidOperationException("It was looked up.")), url));

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("93.184.215.14", "127.0.0.1")]
    [InlineData("169.254.169.254", "93.184.215.14")]
    [InlineData("::ffff:10.0.0.1")]
    public async Task A_name_that_leads_elsewhere_is_refused_even_if_it_leads_to_public_addresses_too(params string[] addresses) =>
        Assert.Equal("endpoint-forbidden", (await Check(Guard(SenderBench.Leading([addresses])), "https://plugin.example/"))?.Code);

    [Fact]
    public async Task A_name_that_is_not_there_is_refused_as_a_mistake()
    {
        Assert.Equal(
            "endpoint-invalid",
            (await Check(Guard((_, _) => throw new SocketException((int)SocketError.HostNotFound)), "https://plugin.example/"))?.Code
        );
        Assert.Equal(
            "endpoint-invalid",
            (
                await Check(
                    Guard(
                        SenderBench.Leading([
                            [],
                        ])
                    ),
                    "https://plugin.example/"
                )
            )?.Code
        );
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080/hook", null)]
    [InlineData("http://localhost:8080/hook", null)]
    [InlineData("http://[::1]:8080/hook", null)]
    [InlineData("https://127.0.0.1:8443/hook", null)]
    [InlineData("http://10.0.0.1/hook", "endpoint-forbidden")]
    [InlineData("https://10.0.0.1/hook", "endpoint-forbidden")]
    [InlineData("https://169.254.169.254/", "endpoint-forbidden")]
    [InlineData("http://8.8.8.8/hook", "endpoint-forbidden")]
    [InlineData("http://plugin.example/hook", "endpoint-forbidden")]
    [InlineData("http://0.0.0.0:8080/hook", "endpoint-forbidden")]
    public async Task In_demo_mode_only_loopback_is_open_beside_what_is_open_anyway(string url, string? code) =>
        Assert.Equal(
            code,
            (
                await Check(
                    Guard(
                        SenderBench.Leading([
                            ["127.0.0.1"],
                        ]),
                        allowLoopback: true
                    ),
                    url
                )
            )?.Code
        );

    private static AddressGuard Guard(NameLookup lookup, bool allowLoopback = false) =>
        new(Options.Create(new WebhookOptions { AllowLoopback = allowLoopback }), lookup);

    private static async Task<Refusal?> Check(AddressGuard guard, string url) =>
        await guard.Check(new Uri(url), TestContext.Current.CancellationToken);
}

using Marketplace.Api.Http.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Api.Tests.Network;

/// <summary>Whose word counts for where a request came from.</summary>
public class KnownProxiesTests
{
    [Theory]
    [InlineData(null, "203.0.113.9", "127.0.0.1 http")]
    [InlineData("127.0.0.1", "203.0.113.9", "203.0.113.9 https")]
    [InlineData("127.0.0.0/8", "203.0.113.9", "203.0.113.9 https")]
    [InlineData("10.0.0.0/8", "203.0.113.9", "127.0.0.1 http")]
    // What a client wrote in front of the proxies' own entries is not believed.
    [InlineData("127.0.0.0/8", "192.0.2.77, 203.0.113.9, 127.0.0.5", "203.0.113.9 https")]
    public async Task Only_a_named_proxy_is_believed(string? proxy, string forwarded, string seen)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Configuration["Marketplace:KnownProxies:0"] = proxy;
        await using var app = builder.Build();
        app.UseKnownProxies();
        app.Run(context =>
            context.Response.WriteAsync($"{context.Connection.RemoteIpAddress} {context.Request.Scheme} {context.Request.Host.Host}")
        );
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient();
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("X-Forwarded-For", forwarded);
        request.Headers.Add("X-Forwarded-Proto", string.Join(", ", forwarded.Split(',').Select(_ => "https")));
        request.Headers.Add("X-Forwarded-Host", "evil.example");

        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal($"{seen} 127.0.0.1", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}

using System.Net;

namespace Marketplace.Samples.Tests;

/// <summary>What the samples do when the marketplace limits, fails or is impersonated.</summary>
public sealed class LimitTests
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public static TheoryData<string> Samples { get; } = [.. SampleProcess.Names];

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_limit_is_passed_on_and_nothing_is_asked_before_its_time(string name)
    {
        using var http = new HttpClient();
        using var marketplace = new FakeMarketplace();
        await using var sample = await SampleProcess.Start(name, marketplace.Address, ("client", "secret"), http);
        marketplace.Next = (429, """{"code":"quota-exceeded"}""", 40);

        var (first, firstPause) = await Send("shop-1/p");
        var calls = marketplace.Asked.Count;
        var (second, secondPause) = await Send("shop-1/p");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable), (first, second));
        Assert.InRange(firstPause!.Value.TotalSeconds, 39, 40);
        Assert.InRange(secondPause!.Value.TotalSeconds, 1, 40);
        Assert.Equal(calls, marketplace.Asked.Count);

        // Another shop has limits of its own; an order that is not there is no reason to send the event again.
        marketplace.Next = (404, """{"code":"order-not-found"}""", null);
        Assert.Equal(HttpStatusCode.NoContent, (await Send("shop-2/p")).Status);
        Assert.Equal(HttpStatusCode.NoContent, (await Send("shop-2/p")).Status);

        // A failure, and a state of the installation that may end, are.
        marketplace.Next = (403, """{"code":"installation-paused"}""", null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Send("shop-2/p")).Status);
        marketplace.Next = (500, "", null);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await Send("shop-2/p")).Status);

        // One token for the plugin, and one for each shop.
        Assert.Equal(3, marketplace.Asked.Count(path => path == "/connect/token"));

        async Task<(HttpStatusCode Status, TimeSpan? Pause)> Send(string installation)
        {
            using var message = marketplace.Message(sample.Events, installation, TimeProvider.System.GetUtcNow());
            using var answer = await http.SendAsync(message, Ended);
            return (answer.StatusCode, answer.Headers.RetryAfter?.Delta);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task A_message_is_refused_five_minutes_before_and_after_its_time(string name)
    {
        using var http = new HttpClient();
        using var marketplace = new FakeMarketplace();
        await using var sample = await SampleProcess.Start(name, marketplace.Address, ("client", "secret"), http);

        Assert.Equal(HttpStatusCode.NoContent, await Send(-280));
        Assert.Equal(HttpStatusCode.NoContent, await Send(280));
        Assert.Equal(HttpStatusCode.Unauthorized, await Send(-320));
        Assert.Equal(HttpStatusCode.Unauthorized, await Send(320));

        async Task<HttpStatusCode> Send(int seconds)
        {
            using var message = marketplace.Message(sample.Events, "shop-1/p", TimeProvider.System.GetUtcNow().AddSeconds(seconds));
            using var answer = await http.SendAsync(message, Ended);
            return answer.StatusCode;
        }
    }
}

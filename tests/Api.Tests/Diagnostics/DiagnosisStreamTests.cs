using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace Marketplace.Api.Tests.Diagnostics;

/// <summary>R57: the page sees each check as it is made, and then the result; what does not answer holds nothing up.</summary>
[Collection(FaultCollection.Name)]
public sealed class DiagnosisStreamTests(FaultMarketplace market)
{
    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_check_is_an_event_and_the_result_is_the_last()
    {
        market.Reset();
        var bench = await FaultBench.Make(market, Faults.All.Single(fault => fault.Name == "paused by the seller"));

        var events = await Watch(bench);

        Assert.Equal("result", events[^1].Type);
        Assert.All(events.SkipLast(1), check => Assert.Equal("check", check.Type));
        var result = events[^1].Data;
        var names = result.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("check").GetString()).ToArray();
        Assert.Equal(names.Order(), events.SkipLast(1).Select(check => check.Data.GetProperty("check").GetString()).Order());
        Assert.Equal(["installation-paused"], FaultBench.CodesOf(result));
        Assert.Equal(
            "found",
            events
                .Single(check => check.Type == "check" && check.Data.GetProperty("check").GetString() == "state")
                .Data.GetProperty("state")
                .GetString()
        );
    }

    [Fact]
    public async Task What_is_not_there_is_a_problem_and_no_stream()
    {
        market.Reset();
        var bench = await FaultBench.Make(market);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/seller/v1/installations/{bench.Seller}/nothing/diagnosis");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await bench.Client.UserToken(bench.Seller));
        request.Headers.Accept.ParseAdd("text/event-stream");

        using var response = await market.Http.SendAsync(request, Ended);

        (await Answer.Read(response)).IsProblem(404, "installation-not-found");
    }

    [Fact]
    public async Task A_source_that_hangs_leaves_its_checks_unknown_and_the_rest_goes_on()
    {
        market.Reset();
        var bench = await FaultBench.Make(
            market,
            Faults.All.Single(fault => fault.Name == "no events of the seller"),
            Faults.All.Single(fault => fault.Name == "paused by the seller")
        );
        // Hanging first: what the marketplace tells of the installation reads the feed again at any moment.
        market.Stores.HangFeed(bench.Seller);
        await market.ForgetFeed(bench.Id.Seller);
        try
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            var events = await Watch(bench);
            var took = System.Diagnostics.Stopwatch.GetElapsedTime(started);

            Assert.True(took < TimeSpan.FromSeconds(15), $"It took {took}.");
            var checks = events[^1]
                .Data.GetProperty("checks")
                .EnumerateArray()
                .ToDictionary(check => check.GetProperty("check").GetString()!, check => check.GetProperty("state").GetString());
            Assert.Equal(("unknown", "unknown", "found", "ok"), (checks["feed"], checks["sync_window"], checks["state"], checks["quota"]));
            Assert.Equal("installation-paused", FaultBench.CodesOf(events[^1].Data)[0]);
        }
        finally
        {
            market.Reset();
        }
    }

    private async Task<List<(string Type, JsonElement Data)>> Watch(FaultBench bench)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/seller/v1/installations/{bench.Installation}/diagnosis");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await bench.Client.UserToken(bench.Seller));
        request.Headers.Accept.ParseAdd("text/event-stream");
        using var response = await market.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ended);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        await using var stream = await response.Content.ReadAsStreamAsync(Ended);
        var events = new List<(string, JsonElement)>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync(Ended))
        {
            events.Add((item.EventType, JsonElement.Parse(item.Data)));
        }

        return events;
    }
}

using System.Text.Json;
using Marketplace.TestKit;

namespace Marketplace.Api.Tests.Diagnostics;

/// <summary>Every failure has a log that its id finds, shown to each of its three readers as far as it is theirs (R61).</summary>
public sealed class ErrorLogTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task The_seller_sees_what_failed_and_who_mends_it_but_no_internals()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        var order = await marketplace.NewOrder(installation);
        await Client.Pause(installation, "stocktaking");
        var id = (await Client.Get(installation, $"orders/{order}")).RequestId!;

        var log = await Seller(installation, id);

        Assert.Equal(
            (id, "orders.get", "installation-paused", 403),
            (Text(log, "error_log_id"), Text(log, "operation"), Text(log, "code"), log.GetProperty("status").GetInt32())
        );
        Assert.Equal(order, Text(log, "order"));
        Assert.Contains("stocktaking", Text(log, "reason"), StringComparison.Ordinal);
        Assert.Equal("seller", Text(log.GetProperty("fix"), "by"));
        Assert.NotEmpty(Text(log.GetProperty("cause"), "zh"));
        Assert.All(["duration_ms", "token_id", "address", "upstream", "rule"], name => Assert.False(log.TryGetProperty(name, out _), name));
    }

    [Fact]
    public async Task The_seller_is_sent_to_the_plugins_own_support()
    {
        var installation = await marketplace.NewInstallation("sales-board", "products.read");
        var id = (await Client.Get(installation, "orders")).RequestId!;

        Assert.Equal("https://sales-board.example/support", Text((await Seller(installation, id)).GetProperty("support"), "page"));
        Assert.False((await Developer(installation, id)).TryGetProperty("support", out _));
    }

    [Fact]
    public async Task The_developer_sees_the_request_but_nothing_of_the_sellers_business()
    {
        var installation = await marketplace.NewInstallation(TestPlugins.Few);
        var order = await marketplace.NewOrder(installation);
        for (var i = 0; i < 3; i++)
        {
            (await Client.Get(installation, "orders")).OrThrow();
        }

        await Client.SellerCommand(HttpMethod.Put, installation, "settings", new Settings(null, 0.01m));
        var id = (await Client.Get(installation, $"orders/{order}")).RequestId!;

        var log = await Developer(installation, id);

        Assert.Equal(("spend-cap", "spend", "orders.read"), (Text(log, "code"), Text(log, "counter"), Text(log, "scope")));
        Assert.True(log.GetProperty("duration_ms").GetDouble() > 0);
        Assert.NotEmpty(Text(log, "token_id"));
        Assert.All(["limit", "used", "reason", "order", "address"], name => Assert.False(log.TryGetProperty(name, out _), name));
        Assert.Equal(3, (await Client.Quota(installation)).Json.GetProperty("daily").GetProperty("used").GetInt32());
    }

    [Fact]
    public async Task The_developer_reads_on_while_the_installation_is_stopped()
    {
        var installation = await marketplace.NewInstallation();
        await Client.Pause(installation);
        var id = (await Client.Get(installation, "orders")).RequestId!;

        Assert.Equal("installation-paused", Text(await Developer(installation, id), "code"));
    }

    [Fact]
    public async Task The_operator_sees_all_but_buyers_data()
    {
        var installation = await marketplace.NewInstallation();
        Assert.Equal(502, (int)(await Client.Get(installation, "upstream/echo/fail")).Status);
        var phone = await Client.Get(installation, "orders/13900004711");

        var failed = await Operator(installation, (await LastErrors(installation))[1]);
        var refused = await Operator(installation, phone.RequestId!);

        Assert.Equal(("upstream-failed", "echo", "127.0.0.1"), (Text(failed, "code"), Text(failed, "upstream"), Text(failed, "address")));
        Assert.False(refused.TryGetProperty("order", out _));
        Assert.DoesNotContain("13900004711", refused.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_with_a_revoked_token_is_in_the_log_although_it_ended_at_the_door()
    {
        var installation = await marketplace.NewInstallation();
        var token = await marketplace.FreshToken("plugin", installation);
        var name = await marketplace.NameOf(token);
        await marketplace.Revoke(token, "plugin", installation);
        var refused = await Client.Send(HttpMethod.Get, "/open/v1/orders", token);

        var log = await Operator(installation, refused.RequestId!);
        Assert.Equal("token-revoked", Text(log, "code"));
        // Named as the token's own calls name it, and not told.
        Assert.Equal(name, Text(log, "token_id"));
        Assert.DoesNotContain(token, log.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_received_a_problem_can_open_its_instance_and_nobody_else()
    {
        var (installation, seller) = (await marketplace.NewInstallation(), marketplace.NewSeller());
        var (user, stranger) = (await Client.UserToken(seller), await Client.UserToken(marketplace.NewSeller()));
        (string Token, string Refused, string Log)[] receivers =
        [
            (user, $"/seller/v1/bills/never?seller={seller}", "/seller/v1/errors/"),
            (await Client.SellerCenterToken(), "/seller/v1/bills/never?seller=x", "/seller/v1/errors/"),
            (await Client.OperatorToken(), "/platform/v1/errors/never", "/platform/v1/errors/"),
            (await Client.PlatformToken(), "/platform/v1/events/errors/never", "/platform/v1/events/errors/"),
            (await Client.EntityReviewerToken(), "/review/v1/entities/never", "/review/v1/errors/"),
            (await Client.PluginToken(installation), "/open/v1/claims/never", "/open/v1/errors/"),
            (await Client.PluginToken(installation), "/open/v1/orders/never", "/open/v1/errors/"),
        ];
        foreach (var (token, path, log) in receivers)
        {
            var refused = await Client.Send(HttpMethod.Get, path, token);
            Assert.False(refused.IsSuccess);
            var id = Text(refused.Json, "instance").Replace("urn:marketplace:error-log:", "", StringComparison.Ordinal);

            var received = await Whole(
                log + id,
                token,
                path.StartsWith("/open/v1/orders", StringComparison.Ordinal) ? "duration_ms" : "code"
            );
            Assert.Equal(Text(refused.Json, "code"), Text(received, "code"));
            // A shop's users share one log, and none of them learns another's address.
            Assert.Equal(
                log.StartsWith("/platform/", StringComparison.Ordinal) || log.StartsWith("/review/", StringComparison.Ordinal),
                received.TryGetProperty("address", out _)
            );
            (await Client.Send(HttpMethod.Get, $"/seller/v1/errors/{id}", stranger)).IsProblem(404, "error-log-not-found");
        }
    }

    [Fact]
    public async Task Another_sellers_log_and_no_log_are_not_found_alike()
    {
        var installation = await marketplace.NewInstallation();
        var other = await marketplace.NewInstallation();
        await Client.Pause(installation);
        var id = (await Client.Get(installation, "orders")).RequestId!;
        await Seller(installation, id);

        var seller = await Client.UserToken(TestMarketplace.SellerOf(other));
        (await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{other}/errors/{id}", seller)).IsProblem(404, "error-log-not-found");
        (await Client.Send(HttpMethod.Get, $"/seller/v1/installations/{installation}/errors/{id}", seller)).IsProblem(
            404,
            "installation-not-found"
        );
        (await Client.Send(HttpMethod.Get, $"/open/v1/errors/{id}", await Client.PluginToken(other))).IsProblem(404, "error-log-not-found");
        (await Client.Send(HttpMethod.Get, $"/platform/v1/errors/{id}", await Client.OperatorToken())).IsProblem(
            404,
            "error-log-not-found"
        );
        (await Client.Send(HttpMethod.Get, $"/platform/v1/errors/{id}?installation=x", await Client.OperatorToken())).IsProblem(
            400,
            "parameter-invalid"
        );
    }

    private static string Text(JsonElement log, string name) => log.GetProperty(name).GetString()!;

    private async Task<JsonElement> Seller(string installation, string id) =>
        await Whole(
            $"/seller/v1/installations/{installation}/errors/{id}",
            await Client.UserToken(TestMarketplace.SellerOf(installation)),
            "fix"
        );

    private async Task<JsonElement> Developer(string installation, string id) =>
        await Whole($"/open/v1/errors/{id}", await Client.PluginToken(installation), "duration_ms");

    private async Task<JsonElement> Operator(string installation, string id) =>
        await Whole($"/platform/v1/errors/{id}?installation={installation}", await Client.OperatorToken(), "duration_ms");

    private async Task<string[]> LastErrors(string installation)
    {
        var diagnosis = await Client.Send(
            HttpMethod.Get,
            $"/seller/v1/installations/{installation}/diagnosis",
            await Client.SellerCenterToken()
        );
        return [.. diagnosis.OrThrow().Json.GetProperty("last_errors").EnumerateArray().Select(error => Text(error, "error_log_id"))];
    }

    /// <summary>The log itself: it is carried there a moment after the call, and the counter remembers less of it.</summary>
    private async Task<JsonElement> Whole(string path, string token, string memberOfLog) =>
        (
            await Eventually.Get(
                () => Client.Send(HttpMethod.Get, path, token),
                answer => answer.IsSuccess && answer.Json.TryGetProperty(memberOfLog, out _),
                $"the error log at {path}"
            )
        ).Json;
}

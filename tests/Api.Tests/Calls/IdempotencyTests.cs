namespace Marketplace.Api.Tests.Calls;

public class IdempotencyTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task The_same_key_and_body_gives_the_first_answer_and_receipt_free_of_charge()
    {
        var (installation, path) = await Flags();
        var key = MarketplaceClient.NewKey();

        var first = await Flag(installation, path, key);
        var second = await Flag(installation, path, key);

        Assert.False(first.Replayed);
        Assert.True(second.Replayed);
        Assert.Equal(
            (first.Status, first.Text, first.Receipt, first.RequestId),
            (second.Status, second.Text, second.Receipt, second.RequestId)
        );
        Assert.Equal(1, await Used(installation));
    }

    [Fact]
    public async Task A_refused_write_is_judged_anew_under_its_key()
    {
        var installation = await marketplace.NewInstallation();
        var (key, order) = (MarketplaceClient.NewKey(), $"order-{Guid.NewGuid():N}");
        var path = $"orders/{order}/flags";

        var refused = await Flag(installation, path, key);
        (await Client.SendEvents([CloudEvents.OrderCreated(TestMarketplace.SellerOf(installation), order)])).OrThrowIfRejected();
        var passed = await Flag(installation, path, key);
        var repeated = await Flag(installation, path, key);

        refused.IsProblem(404, "order-not-found");
        Assert.Null(refused.Receipt);
        Assert.Equal((1, false), (passed.OrThrow().Receipt!.Seq, passed.Replayed));
        Assert.Equal((passed.Text, passed.Receipt, true), (repeated.Text, repeated.Receipt, repeated.Replayed));
        Assert.Equal(1, await Used(installation));
    }

    [Fact]
    public async Task A_key_whose_request_was_refused_may_serve_a_corrected_one()
    {
        var (installation, path) = await Flags();
        var key = MarketplaceClient.NewKey();

        (await Flag(installation, path, key, "nonsense")).IsProblem(422, "input-invalid");
        Assert.False((await Flag(installation, path, key)).OrThrow().Replayed);
    }

    [Fact]
    public async Task The_same_key_with_another_request_is_refused_and_not_counted()
    {
        var (installation, path) = await Flags();
        var key = MarketplaceClient.NewKey();
        (await Flag(installation, path, key)).OrThrow();

        (await Flag(installation, path, key, "late-delivery")).IsProblem(422, "idempotency-key-reused");
        (await Flag(installation, "orders/other/flags", key)).IsProblem(422, "idempotency-key-reused");

        Assert.Equal(1, await Used(installation));
    }

    [Fact]
    public async Task Another_installation_may_use_the_same_key()
    {
        var key = MarketplaceClient.NewKey();
        var (one, path) = await Flags();
        var (other, otherPath) = await Flags();

        Assert.False((await Flag(one, path, key)).Replayed);
        Assert.False((await Flag(other, otherPath, key)).OrThrow().Replayed);
    }

    [Fact]
    public async Task Many_at_once_with_one_key_are_one_call()
    {
        var (installation, path) = await Flags();
        var key = MarketplaceClient.NewKey();

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Flag(installation, path, key)));

        Assert.All(answers.Where(answer => !answer.IsSuccess), answer => answer.IsProblem(409, "idempotency-in-progress"));
        var first = Assert.Single(answers, answer => answer is { IsSuccess: true, Replayed: false });
        Assert.All(answers.Where(answer => answer.IsSuccess), answer => Assert.Equal(first.Text, answer.Text));
        Assert.Equal(1, await Used(installation));
        var order = (await Client.Get(installation, path[..^"/flags".Length])).OrThrow();
        Assert.Equal(1, order.Json.GetProperty("flags").GetArrayLength());
    }

    [Fact]
    public async Task A_key_on_a_read_means_nothing()
    {
        var installation = await marketplace.NewInstallation();
        var key = MarketplaceClient.NewKey();

        var first = await Client.Call(installation, HttpMethod.Get, "orders", key: key);
        var second = await Client.Call(installation, HttpMethod.Get, "orders", key: key);

        Assert.False(second.Replayed);
        Assert.Equal((1, 2), (first.Receipt!.Seq, second.Receipt!.Seq));
    }

    [Fact]
    public async Task Without_a_key_every_write_is_a_call_of_its_own()
    {
        var (installation, path) = await Flags();

        var first = await Flag(installation, path, key: null);
        var second = await Flag(installation, path, key: null);

        Assert.Equal((1, 2), (first.OrThrow().Receipt!.Seq, second.OrThrow().Receipt!.Seq));
    }

    private async Task<(string Installation, string Path)> Flags()
    {
        var installation = await marketplace.NewInstallation();
        return (installation, $"orders/{await marketplace.NewOrder(installation)}/flags");
    }

    private Task<Answer> Flag(string installation, string path, string? key, string kind = "other") =>
        Client.Call(installation, HttpMethod.Post, path, new { kind }, key);

    private async Task<long> Used(string installation) =>
        (await Client.Quota(installation)).Json.GetProperty("daily").GetProperty("used").GetInt64();
}

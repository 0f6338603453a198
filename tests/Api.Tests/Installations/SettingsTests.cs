using System.Text.Json;

namespace Marketplace.Api.Tests.Installations;

/// <summary>Settings are set one by one or together; what is not named stays.</summary>
public class SettingsTests(TestMarketplace marketplace)
{
    private MarketplaceClient Client => marketplace.Client;

    [Fact]
    public async Task What_is_not_named_stays_and_null_lifts()
    {
        var installation = await marketplace.NewInstallation();

        Assert.Equal((24, 5m), await Set(installation, """{"sync_window_hours":24,"spend_cap":5.0}"""));
        Assert.Equal((48, 5m), await Set(installation, """{"sync_window_hours":48}"""));
        Assert.Equal((48, 9m), await Set(installation, """{"spend_cap":9.0}"""));
        Assert.Equal((null, 9m), await Set(installation, """{"sync_window_hours":null}"""));
        Assert.Equal((null, null), await Set(installation, """{"spend_cap":null}"""));
    }

    [Fact]
    public async Task A_body_that_names_nothing_is_no_command() =>
        (await Put(await marketplace.NewInstallation(), "{}", "owner")).IsProblem(400, "body-invalid");

    [Fact]
    public async Task Staff_set_the_window_and_leave_the_cap_alone()
    {
        var installation = await marketplace.NewInstallation();
        await Set(installation, """{"spend_cap":5.0}""");

        (await Put(installation, """{"sync_window_hours":24}""", "staff")).OrThrow();
        (await Put(installation, """{"spend_cap":5.001}""", "staff")).IsProblem(403, "role-not-allowed");
    }

    [Fact]
    public async Task A_repeat_with_the_same_operation_id_does_not_set_it_again()
    {
        var (installation, key) = (await marketplace.NewInstallation(), MarketplaceClient.NewKey());
        await Set(installation, """{"sync_window_hours":24}""", key);
        await Set(installation, """{"sync_window_hours":48,"spend_cap":5.0}""");

        Assert.Equal((24, null), await Set(installation, """{"sync_window_hours":24}""", key));
        Assert.Equal((48, 5m), Settings((await Client.Installation(installation)).Json));
    }

    private async Task<(int? Hours, decimal? Cap)> Set(string installation, string body, string? key = null) =>
        Settings((await Put(installation, body, "owner", key)).OrThrow().Json);

    private static (int? Hours, decimal? Cap) Settings(JsonElement view) =>
        (Of(view, "sync_window_hours")?.GetInt32(), Of(view, "spend_cap")?.GetDecimal());

    private async Task<Answer> Put(string installation, string body, string role, string? key = null) =>
        await Client.Send(
            HttpMethod.Put,
            $"/seller/v1/installations/{installation}/settings",
            await Client.BoundToken(installation, role, role),
            JsonElement.Parse(body),
            key ?? MarketplaceClient.NewKey()
        );

    private static JsonElement? Of(JsonElement view, string member) =>
        view.TryGetProperty(member, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}

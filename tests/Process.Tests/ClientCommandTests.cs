using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Marketplace.TestKit;
using Marketplace.TestKit.Processes;
using Xunit;

namespace Marketplace.Process.Tests;

/// <summary>The way into an empty production store: the first client by command, every other one over HTTP.</summary>
public sealed class ClientCommandTests
{
    private const int WrongSetting = 2;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StoreKind.Sqlite)]
    [InlineData(StoreKind.PostgreSql)]
    public async Task An_empty_production_store_is_opened_by_a_command_and_everything_else_goes_over_HTTP(StoreKind store)
    {
        var options = await Store.Fresh(store) with { Demo = false, Environment = "Production", Settings = Plain };
        await using var silo = new SiloProcess(options);
        var first = ClientSecretOutput.Of(await silo.Admin("create-client", "--id", "ops-1", "--role", "operator"));
        await silo.Start();
        using var http = new HttpClient { BaseAddress = silo.BaseAddress };
        var token = await GetToken(http, "ops-1", first);

        var made = await Send(http, token, HttpMethod.Post, "/platform/v1/clients", """{"id":"the-platform","role":"platform"}""");
        await GetToken(http, "the-platform", made.GetProperty("client_secret").GetString()!);
        Assert.DoesNotContain("No client of the role operator", silo.Output, StringComparison.Ordinal);

        // Beside the running server.
        var second = ClientSecretOutput.Of(await silo.Admin("rotate-secret", "--id=ops-1", "--overlap-hours=1"));
        await GetToken(http, "ops-1", first);
        await GetToken(http, "ops-1", second);
        Assert.Equal(0, (await silo.Admin("revoke-client", "--id=the-platform")).ExitCode);
        using var refused = await AskForToken(http, "the-platform", made.GetProperty("client_secret").GetString()!);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        var listed = (await silo.Admin("list-clients")).Output.Split('\n');
        Assert.Equal(["ops-1\toperator", "the-platform\tplatform"], listed[1..].Select(line => string.Join('\t', line.Split('\t')[..2])));

        // What the commands did is in the journal once a server has started.
        Assert.Equal(0, await silo.Terminate());
        await silo.Start();
        token = await GetToken(http, "ops-1", second);
        await Eventually.Holds(
            async () => await Facts(http, token) is ["client-created", "client-secret-rotated", "client-created", "client-revoked", ..],
            "the facts of the commands"
        );
        await Store.StopAndVerify(silo, options);
    }

    [Fact]
    public async Task A_server_without_an_operator_says_how_to_create_one()
    {
        await using var silo = new SiloProcess(
            new SiloOptions
            {
                Demo = false,
                Environment = "Production",
                Settings = Plain,
            }
        );
        await silo.Start();

        await Eventually.Holds(
            () => silo.Output.Contains("admin create-client --role operator --id", StringComparison.Ordinal),
            "the advice"
        );
    }

    [Theory]
    [InlineData("--role is needed", "create-client", "--id=a")]
    [InlineData("emperor", "create-client", "--id=a", "--role=emperor")]
    [InlineData("--roel", "list-clients", "--roel=operator")]
    [InlineData("has no value", "rotate-secret", "--id")]
    [InlineData("from 0 to 168", "rotate-secret", "--id=a", "--overlap-hours=169")]
    [InlineData("no client of that id", "revoke-client", "--id=nobody")]
    [InlineData("Marketplace:DataFoldr", "list-clients", "--Marketplace:DataFoldr=x")]
    [InlineData("admin create-client", "make-client", "--id=a")]
    public async Task A_wrong_command_is_one_line_that_names_what_is_wrong(string named, params string[] command)
    {
        await using var silo = new SiloProcess(new SiloOptions());

        var result = await silo.Admin(command);

        Assert.Equal(WrongSetting, result.ExitCode);
        var line = Assert.Single(result.Output.Split('\n'));
        Assert.StartsWith("Nothing was done: ", line, StringComparison.Ordinal);
        Assert.Contains(named, line, StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, string> Plain { get; } =
        new Dictionary<string, string> { ["Marketplace:Identity:AllowHttp"] = "true" };

    private static async Task<string[]> Facts(HttpClient http, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/platform/v1/export/journal");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request, Token);
        var lines = (await answer.Content.ReadAsStringAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. lines
                .Select(line => JsonElement.Parse(line))
                .Where(fact =>
                    fact.TryGetProperty("entity", out var entity) && entity.GetString()!.StartsWith("client/", StringComparison.Ordinal)
                )
                .Select(fact => fact.GetProperty("type").GetString()!),
        ];
    }

    private static async Task<JsonElement> Send(HttpClient http, string token, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await http.SendAsync(request, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text);
    }

    private static async Task<string> GetToken(HttpClient http, string client, string secret)
    {
        using var answer = await AskForToken(http, client, secret);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonElement.Parse(text).GetProperty("access_token").GetString()!;
    }

    private static async Task<HttpResponseMessage> AskForToken(HttpClient http, string client, string secret)
    {
        using var form = new FormUrlEncodedContent([
            new("grant_type", "client_credentials"),
            new("client_id", client),
            new("client_secret", secret),
        ]);
        return await http.PostAsync(new Uri("/connect/token", UriKind.Relative), form, Token);
    }
}

using System.Net;
using System.Text.Json;
using Marketplace.Identity;
using Marketplace.Identity.Clients;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Identity;

/// <summary>What stays of wrong secrets: a fact, log lines, and never what was sent.</summary>
public class RefusedSecretTests(TestMarketplace marketplace)
{
    [Fact]
    public async Task Slowed_guesses_are_one_fact_of_the_client_and_nothing_that_was_sent_is_kept()
    {
        const string client = "guessed-client";
        await marketplace
            .Services.GetRequiredService<IClientRegistry>()
            .EnsureClient(client, ClientRoles.Platform, null, TestContext.Current.CancellationToken);
        var mark = $"guess-{Guid.NewGuid():N}";

        List<HttpStatusCode> answers = [];
        for (var attempt = 0; attempt < 30; attempt++)
        {
            answers.Add(await Ask(client, $"{mark}-{attempt}"));
        }

        answers.Add(await Ask($"{mark}-as-client", "any"));

        Assert.Contains(HttpStatusCode.Unauthorized, answers);
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
        var journal = (await LogExports.ReadAll(marketplace.Client)).Journal;
        var fact = Assert.Single(journal.Split('\n'), line => line.Contains($"\"client/{client}\"", StringComparison.Ordinal));
        var read = JsonDocument.Parse(fact).RootElement;
        Assert.Equal("secrets-refused", read.GetProperty("type").GetString());
        Assert.Contains("127.0.0.1", fact, StringComparison.Ordinal);
        Assert.Contains(marketplace.Logs.Lines, line =>
            line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(client, StringComparison.Ordinal)
        );
        Assert.DoesNotContain(mark, journal, StringComparison.Ordinal);
        Assert.DoesNotContain(marketplace.Logs.Lines, line => line.Contains(mark, StringComparison.Ordinal));
    }

    private async Task<HttpStatusCode> Ask(string client, string secret)
    {
        using var form = new FormUrlEncodedContent([
            new("grant_type", "client_credentials"),
            new("client_id", client),
            new("client_secret", secret),
        ]);
        using var answer = await marketplace.Http.PostAsync(
            new Uri("/connect/token", UriKind.Relative),
            form,
            TestContext.Current.CancellationToken
        );
        return answer.StatusCode;
    }
}

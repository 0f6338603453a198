using System.Text;
using System.Text.Json;
using Marketplace.Api.Http.Problems;
using Marketplace.Identity.Server;

namespace Marketplace.Identity.Tests;

/// <summary>
/// Where an OAuth error leads whoever gets it: to this product's own page, not to the pages of the library that it is made with.
/// </summary>
public sealed class HelpForErrorsTests : IdentityTest
{
    [Theory]
    [InlineData("/connect/token", "invalid_client", "grant_type=client_credentials&client_id=nobody&client_secret=wrong")]
    [InlineData(
        "/connect/token",
        "unsupported_grant_type",
        "grant_type=password&client_id=a-client&client_secret=SECRET&username=a&password=b"
    )]
    [InlineData("/connect/token", "invalid_request", "client_id=a-client&client_secret=SECRET")]
    [InlineData("/connect/introspect", "invalid_client", "token=x&client_id=nobody&client_secret=wrong")]
    [InlineData("/connect/revoke", "invalid_client", "token=x&client_id=nobody&client_secret=wrong")]
    public async Task Every_error_leads_to_its_own_paragraph_under_the_issuers_address(string path, string error, string form)
    {
        await using var host = await IdentityHost.Start(Store, null, ("Issuer", "https://market.example/shop"));
        var secret = await host.Client("a-client", "platform");
        using var body = new StringContent(
            form.Replace("SECRET", Uri.EscapeDataString(secret), StringComparison.Ordinal),
            Encoding.UTF8,
            "application/x-www-form-urlencoded"
        );

        using var response = await host.Http.PostAsync(new Uri(path, UriKind.Relative), body, Ended);

        var text = await response.Content.ReadAsStringAsync(Ended);
        var answer = JsonDocument.Parse(text).RootElement;
        Assert.Equal(error, answer.GetProperty("error").GetString());
        Assert.Equal(
            $"https://market.example/shop{ProblemPage.Path}#{HelpForErrors.Anchor}{error}",
            answer.GetProperty("error_uri").GetString()
        );
        Assert.DoesNotContain("openiddict", text, StringComparison.OrdinalIgnoreCase);
    }
}

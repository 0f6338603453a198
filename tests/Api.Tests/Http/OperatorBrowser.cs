namespace Marketplace.Api.Tests.Http;

/// <summary>The cookie of an operator's browser.</summary>
internal static class OperatorBrowser
{
    /// <summary>Signs in and gives the header <c>Cookie</c>.</summary>
    public static async Task<string> SignIn(TestMarketplace marketplace)
    {
        var client = marketplace.Client.Demo.Client("demo-operator");
        using var form = new FormUrlEncodedContent([new("client_id", client.Id), new("client_secret", client.Secret)]);
        using var answer = await marketplace.Http.PostAsync(
            new Uri("/ops/sign-in", UriKind.Relative),
            form,
            TestContext.Current.CancellationToken
        );
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }
}

namespace Marketplace.Api.Tests.Hosting;

/// <summary>The three logs as an operator exports them; equal if nothing changed.</summary>
public sealed record LogExports(string Ledger, string Feed, string Journal)
{
    /// <summary>The ledger's lines of one installation.</summary>
    public IReadOnlyList<string> LedgerOf(string installation) =>
        [.. Ledger.Split('\n').Where(line => line.Contains($"\"{installation}\"", StringComparison.Ordinal))];

    // What is told of an installation follows some moments after the answer, of other tests' installations too.
    private static string WithoutLifecycle(string feed) =>
        string.Join(
            '\n',
            feed.Split('\n').Where(line => !line.Contains("\"source\":\"urn:marketplace:lifecycle\"", StringComparison.Ordinal))
        );

    public static async Task<LogExports> ReadAll(MarketplaceClient client)
    {
        var token = await client.OperatorToken();
        async Task<string> Read(string log) => (await client.Send(HttpMethod.Get, $"/platform/v1/export/{log}", token)).OrThrow().Text;
        return new LogExports(await Read("ledger"), WithoutLifecycle(await Read("feed")), await Read("journal"));
    }
}

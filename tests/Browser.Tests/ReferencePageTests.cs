namespace Marketplace.Browser.Tests;

/// <summary>The API reference, as a developer without access to the internet opens it.</summary>
public sealed class ReferencePageTests(Chromium chromium)
{
    [Fact]
    public async Task It_needs_nothing_from_elsewhere_and_shows_how_to_authenticate()
    {
        await using var visit = await chromium.Visit("en-GB");
        var foreign = new List<string>();
        visit.Page.Request += (_, request) =>
        {
            if (
                !request.Url.StartsWith(chromium.Address.ToString(), StringComparison.Ordinal)
                && !request.Url.StartsWith("data:", StringComparison.Ordinal)
            )
            {
                foreign.Add(request.Url);
            }
        };

        await visit.Go("/docs/v1");
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Plugin marketplace API" }).WaitForAsync();
        await visit.Page.GetByText("Client Secret").First.WaitForAsync();
        await visit.Picture("reference");

        Assert.Empty(foreign);
        Assert.Equal(0, await visit.Page.GetByText("Generate SDK").CountAsync());
        visit.CheckQuiet("reference");
    }
}

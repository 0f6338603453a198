using System.Net;

namespace Marketplace.Identity.Tests;

/// <summary>Offering every request to the authorization server would cost each quota-checked call a pass through its handlers.</summary>
public sealed class AuthenticationPathsTests : IdentityTest
{
    [Theory]
    [InlineData(IdentityHost.PathOfOthers, "passed by")]
    [InlineData(IdentityHost.PathOfServer, "offered")]
    public async Task Only_requests_of_its_own_paths_are_offered_to_the_authorization_server(string path, string seen)
    {
        await using var host = await IdentityHost.Start(Store);

        var answer = await host.Get(path, null);

        Assert.Equal((HttpStatusCode.OK, seen), (answer.Status, answer.Body));
    }
}

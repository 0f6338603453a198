using System.Text.Json;
using Marketplace.Api.Tests.Developers;

namespace Marketplace.Api.Tests.Enforcement;

/// <summary>Operators publish versions of policies, and everybody reads them.</summary>
public class PolicyEndpointTests(TestMarketplace marketplace)
{
    [Fact]
    public async Task A_published_version_is_read_by_everybody_and_is_in_force_from_its_day_on()
    {
        var ann = new DeveloperPerson(marketplace, await marketplace.Client.StaffToken("operator-user", "ann"), string.Empty);
        const string Policy = "/platform/v1/policies/pricing-policy/versions";
        const string Body = """{"version":"2097-01","text":{"zh":"第一条","en":"Article 1"},"effective_from":"2097-01-01"}""";

        var published = (await ann.Post(Policy, Body)).OrThrow().Json;

        Assert.Equal(JsonValueKind.Null, published.GetProperty("in_force").ValueKind);
        var read = (await marketplace.Http.Raw("GET", "/catalogue/v1/policies/pricing-policy?version=2097-01", null)).Answer;
        Assert.Equal("Article 1", read.OrThrow().Json.GetProperty("document").GetProperty("text").GetProperty("en").GetString());
        (await ann.Post(Policy, Body)).IsProblem(409, "policy-version-exists");
        (await ann.Post("/platform/v1/policies/no-policy/versions", Body)).IsProblem(404, "policy-not-found");
        (await marketplace.Http.Raw("GET", "/catalogue/v1/policies/pricing-policy?version=x", null)).Answer.IsProblem(
            404,
            "policy-not-found"
        );
    }
}

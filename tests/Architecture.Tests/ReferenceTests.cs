using Xunit;

namespace Marketplace.Architecture.Tests;

/// <summary>Who may know whom: the one table, checked on what the compiled assemblies refer to.</summary>
public sealed class ReferenceTests
{
    private const string OrleansValues = "Orleans.Serialization,Orleans.Serialization.Abstractions";

    public static TheoryData<string, string> Allowed { get; } = new()
    {
        { "Domain", OrleansValues },
        { "Grains.Interfaces", "Marketplace.Domain," + OrleansValues + ",Orleans.Core,Orleans.Core.Abstractions" },
        { "Grains", "Marketplace.Domain,Marketplace.Grains.Interfaces," + OrleansValues + ",Orleans.Core,Orleans.Core.Abstractions,Orleans.Runtime,Orleans.Streaming,Orleans.Streaming.Abstractions,Microsoft.Extensions.*" },
        { "Storage", "Marketplace.Domain,Marketplace.Grains.Interfaces,Marketplace.Grains,Orleans.*,Microsoft.Extensions.*,Microsoft.Data.Sqlite,SQLitePCLRaw.*,Npgsql" },
        {
            "Api",
            "Marketplace.Domain,Marketplace.Grains.Interfaces,Orleans.*,Microsoft.AspNetCore*,Microsoft.Extensions.*,Microsoft.EntityFrameworkCore*,Microsoft.IdentityModel.*,"
            + "Microsoft.Net.Http.Headers,Microsoft.OpenApi,OpenIddict.*,Npgsql*,Microsoft.Data.Sqlite,Yarp.ReverseProxy,Scalar.AspNetCore,SkiaSharp,CsvHelper,NSec.Cryptography,System.IdentityModel.Tokens.Jwt"
        },
        {
            "Silo",
            "Marketplace.*,Orleans.*,Microsoft.AspNetCore*,Microsoft.Extensions.*,Microsoft.Net.Http.Headers,Microsoft.OpenApi,OpenTelemetry*,OpenIddict.*,Npgsql,Microsoft.Data.Sqlite,Microsoft.Bcl.*,Polly*"
        },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void An_assembly_refers_only_to_what_the_table_allows(string project, string allowed)
    {
        var patterns = allowed.Split(',');
        var others = Product.All.Single(assembly => assembly.GetName().Name == $"Marketplace.{project}").GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !IsFramework(name) && !patterns.Any(pattern => Matches(name, pattern)));

        Assert.Empty(others);
    }

    [Theory]
    [InlineData("Domain", "System.Net.Http")]
    [InlineData("Domain", "System.Data.Common")]
    [InlineData("Domain", "System.IO.FileSystem")]
    [InlineData("Domain", "System.Net.Sockets")]
    [InlineData("Domain", "System.Threading.Thread")]
    public void The_domain_does_no_input_or_output(string project, string assembly) => Assert.DoesNotContain(
        Product.All.Single(candidate => candidate.GetName().Name == $"Marketplace.{project}").GetReferencedAssemblies(), name => name.Name == assembly);

    [Fact]
    public void The_table_has_a_row_for_every_assembly() =>
        Assert.Equal(Product.All.Select(assembly => assembly.GetName().Name!).Order(), Allowed.Select(row => $"Marketplace.{row.Data.Item1}").Order());

    private static bool IsFramework(string name) => name is "System" or "netstandard" or "mscorlib"
        || (name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("System.IdentityModel", StringComparison.Ordinal));

    private static bool Matches(string name, string pattern) =>
        pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern;
}

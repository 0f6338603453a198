using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Xunit;

namespace Marketplace.Architecture.Tests;

/// <summary>Who may know whom: the one table, checked on what the compiled assemblies refer to.</summary>
public sealed class ReferenceTests
{
    private const string OrleansValues = "Orleans.Serialization,Orleans.Serialization.Abstractions";
    private const string Host = "Microsoft.AspNetCore*,Microsoft.Extensions.*,Microsoft.Net.Http.Headers";

    public static TheoryData<string, string> Allowed { get; } =
        new()
        {
            { "Domain", OrleansValues },
            { "Certification", "Marketplace.Domain,JsonSchema.Net,JsonPointer.Net," + OrleansValues },
            {
                "Grains.Interfaces",
                "Marketplace.Domain," + OrleansValues + ",Orleans.Core,Orleans.Core.Abstractions,Microsoft.Extensions.*"
            },
            {
                "Grains",
                "Marketplace.Domain,Marketplace.Grains.Interfaces,"
                    + OrleansValues
                    + ",Orleans.Core,Orleans.Core.Abstractions,Orleans.Runtime,Orleans.Streaming,Orleans.Streaming.Abstractions,"
                    + "Microsoft.Extensions.*,Lucene.Net,Lucene.Net.Analysis.Common,J2N"
            },
            {
                "Storage",
                "Marketplace.Domain,Marketplace.Grains.Interfaces,Marketplace.Grains,Orleans.*,Microsoft.Extensions.*,"
                    + "Microsoft.Data.Sqlite,SQLitePCLRaw.*,Npgsql"
            },
            {
                "Identity",
                "Marketplace.Domain,Marketplace.Grains.Interfaces,"
                    + Host
                    + ",Orleans.*,Microsoft.EntityFrameworkCore*,Microsoft.IdentityModel.*,OpenIddict.*,Npgsql*,"
                    + "Microsoft.Data.Sqlite,NSec.Cryptography,System.IdentityModel.Tokens.Jwt,BitFaster.Caching"
            },
            {
                "Webhooks",
                "Marketplace.Domain,Marketplace.Grains.Interfaces,Marketplace.Grains,Marketplace.Identity,"
                    + Host
                    + ",Orleans.*,Polly*,BitFaster.Caching"
            },
            {
                "Api",
                "Marketplace.Domain,Marketplace.Certification,Marketplace.Grains.Interfaces,Marketplace.Identity,"
                    + "Marketplace.Webhooks,"
                    + Host
                    + ",Orleans.*,Microsoft.OpenApi,NSec.Cryptography,OpenIddict.Abstractions,"
                    + "Microsoft.IdentityModel.Tokens,Yarp.ReverseProxy,Scalar.AspNetCore,SkiaSharp,CsvHelper,zxing"
            },
            {
                "Silo",
                "Marketplace.*,Orleans.*,Microsoft.AspNetCore*,Microsoft.Extensions.*,Microsoft.Net.Http.Headers,"
                    + "Microsoft.OpenApi,OpenTelemetry*,OpenIddict.*,Npgsql,Microsoft.Data.Sqlite,Microsoft.Bcl.*,Polly*"
            },
        };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void An_assembly_refers_only_to_what_the_table_allows(string project, string allowed)
    {
        var patterns = allowed.Split(',');
        var others = Product
            .All.Single(assembly => assembly.GetName().Name == $"Marketplace.{project}")
            .GetReferencedAssemblies()
            .Select(name => name.Name!)
            .Where(name => !IsFramework(name) && !patterns.Any(pattern => Matches(name, pattern)));

        Assert.Empty(others);
    }

    [Fact]
    public void The_domain_does_no_input_or_output() => Assert.DoesNotContain(TypesUsedBy(Product.Domain), IsInputOrOutput);

    /// <summary>
    /// Files and threads are part of the core library, so an assembly's references do not show them; the types it names do.
    /// </summary>
    [Fact]
    public void Input_and_output_is_recognised_where_there_is_some() =>
        Assert.Superset(
            new HashSet<string> { "System.IO.File", "System.Threading.Thread", "System.Data.Common.DbCommand" },
            TypesUsedBy(Product.Storage).Where(IsInputOrOutput).ToHashSet()
        );

    [Fact]
    public void The_table_has_a_row_for_every_assembly() =>
        Assert.Equal(
            Product.All.Select(assembly => assembly.GetName().Name!).Order(),
            Allowed.Select(row => $"Marketplace.{row.Data.Item1}").Order()
        );

    private static bool IsInputOrOutput(string type) =>
        type
            is "System.Console"
                or "System.Threading.Thread"
                or "System.Threading.ThreadPool"
                or "System.IO.File"
                or "System.IO.FileInfo"
                or "System.IO.FileStream"
                or "System.IO.Directory"
                or "System.IO.DirectoryInfo"
        || type.StartsWith("System.Net.", StringComparison.Ordinal)
        || type.StartsWith("System.Data.", StringComparison.Ordinal)
        || type.StartsWith("System.Diagnostics.Process", StringComparison.Ordinal);

    private static List<string> TypesUsedBy(Assembly assembly)
    {
        using var file = File.OpenRead(assembly.Location);
        using var portable = new PEReader(file);
        var metadata = portable.GetMetadataReader();
        return
        [
            .. metadata
                .TypeReferences.Select(metadata.GetTypeReference)
                .Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}"),
        ];
    }

    private static bool IsFramework(string name) =>
        name is "System" or "netstandard" or "mscorlib"
        || (name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("System.IdentityModel", StringComparison.Ordinal));

    private static bool Matches(string name, string pattern) =>
        pattern.EndsWith('*') ? name.StartsWith(pattern[..^1], StringComparison.Ordinal) : name == pattern;
}

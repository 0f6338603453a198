using System.Reflection;
using Xunit;

namespace Marketplace.Architecture.Tests;

/// <summary>
/// The manifests of grain contracts name what the build has, once. Signatures are compared by the build itself, by an analyzer that is
/// silent where a manifest is missing or has lines twice.
/// </summary>
public sealed class ContractManifestTests
{
    private const string Retired = "*RETIRED* ";

    [Fact]
    public void The_manifest_of_the_grain_interfaces_is_that_of_the_build() =>
        AssertSame("Grains.Interfaces", Interfaces(Product.Interfaces).SelectMany(ContractOf));

    [Fact]
    public void The_manifest_of_the_grains_is_that_of_the_build() => AssertSame("Grains", Grains(Product.Grains).Select(LineOf));

    [Fact]
    public void Grains_and_their_interfaces_are_where_the_manifests_are()
    {
        Assert.Empty(Product.All.Except([Product.Interfaces]).SelectMany(Interfaces));
        Assert.Empty(Product.All.Except([Product.Grains]).SelectMany(Grains));
    }

    [Fact]
    public void A_line_that_is_missing_changed_or_there_twice_is_seen()
    {
        string[] lines = ["# A.IB", "interface [GrainInterfaceType(\"b\")] A.IB [Version(0)]", "  read: Read(long) -> Task", ""];
        string[] contract = ["b A.IB", "b read: Read"];
        Assert.Equal(contract, Contract(lines));
        Assert.Equal(contract, Contract([.. lines, Retired + lines[1], lines[2]]));
        Assert.NotEqual(contract, Contract(lines[..2]));
        Assert.NotEqual(contract, Contract([.. lines[..3], lines[2]]));
        Assert.NotEqual(contract, Contract([.. lines.Select(line => line.Replace("Read(", "ReadAll(", StringComparison.Ordinal))]));
    }

    private static void AssertSame(string project, IEnumerable<string> build)
    {
        var path = Path.Combine(Repository.Root, "src", project, "OrleansContracts.txt");
        Assert.True(File.Exists(path), $"{path} is missing. Run eng/contracts.sh.");
        var (manifest, expected) = (Contract(File.ReadAllLines(path)), build.Order(StringComparer.Ordinal).ToArray());
        Assert.NotEmpty(expected);
        Assert.True(
            expected.SequenceEqual(manifest),
            $"{path} differs from the build. Run eng/contracts.sh and review the difference.\n"
                + Embedded.Difference(string.Join('\n', manifest), string.Join('\n', expected))
                + string.Concat(
                    manifest.CountBy(line => line).Where(line => line.Value > 1).Select(line => $"\n{line.Value} times: {line.Key}")
                )
        );
    }

    /// <summary>A manifest's lines without signatures; those of an interface begin with its name on the wire.</summary>
    private static string[] Contract(IEnumerable<string> lines)
    {
        var (contract, owner) = (new List<string>(), string.Empty);
        foreach (var line in lines.Where(line => line.Length > 0 && line[0] != '#'))
        {
            if (line[0] == ' ')
            {
                if (owner.Length > 0)
                {
                    contract.Add($"{owner} {line.Trim().Split('(')[0]}");
                }

                continue;
            }

            // Kept for silos of the version before: nothing in the build belongs to it.
            owner = line.StartsWith(Retired, StringComparison.Ordinal) ? string.Empty : line.Split('"')[1];
            if (owner.Length > 0)
            {
                contract.Add($"{owner} {line.Split(')')[1].TrimStart(']', ' ').Split(' ')[0]}");
            }
        }

        return [.. contract.Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> ContractOf(Type type) =>
        type.GetMethods()
            .Select(method => $"{WireNameOf(type)} {method.GetCustomAttribute<AliasAttribute>()!.Alias}: {method.Name}")
            .Prepend(LineOf(type));

    private static string LineOf(Type type) => $"{WireNameOf(type)} {type.FullName}";

    private static string WireNameOf(Type type) =>
        (string)
            type.GetCustomAttributesData()
                .Single(data =>
                    data.AttributeType == typeof(GrainTypeAttribute) || data.AttributeType == typeof(GrainInterfaceTypeAttribute)
                )
                .ConstructorArguments[0]
                .Value!;

    private static IEnumerable<Type> Interfaces(Assembly assembly) =>
        WrittenIn(assembly).Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)));

    private static IEnumerable<Type> Grains(Assembly assembly) =>
        WrittenIn(assembly).Where(type => type.IsClass && !type.IsAbstract && type.IsAssignableTo(typeof(Grain)));

    private static IEnumerable<Type> WrittenIn(Assembly assembly) => Product.Types.Where(type => type.Assembly == assembly);
}

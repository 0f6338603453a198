using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Text;
using Marketplace.Api.Http.Problems;
using Marketplace.Catalogue;
using Marketplace.Enforcement;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Marketplace.Quotas;
using Marketplace.Risk;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Architecture.Tests;

public sealed class ProblemTableTests
{
    private static readonly Type[] Families =
    [
        .. Product
            .Domain.GetTypes()
            .Where(type => type is { IsAbstract: true, IsSealed: true } && type.Name.EndsWith("Refusals", StringComparison.Ordinal)),
    ];

    private static readonly RiskHold Hold = new(
        "1",
        new RiskFinding(RiskRuleSet.Standard.Rules[0], OperationName.Parse("any"), [], ImmutableSortedDictionary<string, string>.Empty),
        1,
        default,
        0,
        HoldState.Open,
        null,
        default,
        null,
        null,
        1
    );

    [Fact]
    public void Every_code_of_a_refusal_has_a_row()
    {
        var codes = Families
            .SelectMany(type => type.GetFields(BindingFlags.Public | BindingFlags.Static))
            .Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!)
            .ToArray();

        Assert.True(codes.Length > 20);
        Assert.Empty(codes.Except(ProblemKinds.All.Select(kind => kind.Code)));
        Assert.Empty(Refusals().Select(refusal => refusal.Code).Except(codes));
    }

    [Fact]
    public void Codes_are_kebab_case_and_titles_are_sentences() => Assert.All(ProblemKinds.All, kind =>
        {
            Assert.Matches("^[a-z]+(-[a-z]+)*$", kind.Code);
            Assert.EndsWith(".", kind.Title, StringComparison.Ordinal);
            Assert.Contains(kind.Class, (string[])["SYSTEM", "ISV", "ISP"]);
            Assert.InRange(kind.Status, 400, 599);
        });

    [Fact]
    public void The_documentation_lists_the_same_table()
    {
        var expected = Document();
        var path = Path.Combine(AppContext.BaseDirectory, "problems.received.md");
        File.WriteAllText(path, expected);
        var actual = Embedded.Text("problems.md");
        Assert.True(
            expected == actual,
            $"docs/problems.md differs; {path} is what the program says.\n{Embedded.Difference(actual, expected)}"
        );
    }

    private static string Document()
    {
        var fixers = Refusals()
            .GroupBy(refusal => refusal.Code)
            .ToDictionary(group => group.Key, group => string.Join(", ", group.Select(refusal => refusal.FixBy).Distinct().Order()));
        var text = new StringBuilder(
            """
            # Problem types

            Every refusal is an RFC 9457 document whose `type` is `urn:marketplace:problem:<code>`. Class: SYSTEM is the platform's
            matter, ISV the caller's, ISP an upstream's. Retryable: the same request may pass later unchanged; `retry_at` says when.
            A test compares this table with the program's.

            | code | status | title | class | retryable | who fixes |
            |---|---|---|---|---|---|

            """.ReplaceLineEndings("\n")
        );
        foreach (var kind in ProblemKinds.All)
        {
            var fixer = fixers.GetValueOrDefault(kind.Code) ?? ProblemWriter.Plain(kind.Code, "").FixBy;
            text.Append(
                CultureInfo.InvariantCulture,
                $"| `{kind.Code}` | {kind.Status} | {kind.Title} | {kind.Class} | {(kind.Retryable ? "yes" : "no")} | {fixer} |\n"
            );
        }

        return text.ToString();
    }

    private static IEnumerable<Refusal> Refusals() =>
        from type in Families
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static)
        where method.ReturnType == typeof(Refusal)
        select (Refusal)method.Invoke(null, [.. method.GetParameters().Select(parameter => Sample(parameter.ParameterType))])!;

    private static object? Sample(Type type) =>
        type switch
        {
            _ when type == typeof(string) => "any",
            _ when type == typeof(Refusal) => new Refusal("any", "any", "seller", "any"),
            _ when type == typeof(PluginId) => PluginId.Parse("any", null),
            _ when type == typeof(SellerPause) => new SellerPause(DateTimeOffset.UnixEpoch, null),
            _ when type == typeof(IEnumerable<DocumentKind>) => new[] { DocumentKind.Licence },
            _ when type == typeof(IEnumerable<SellerRole>) => new[] { SellerRole.Owner },
            _ when type == typeof(string[]) => new[] { "any" },
            _ when type == typeof(ImmutableArray<string>) => ImmutableArray.Create("any"),
            _ when type == typeof(Agreement) => Agreement.Standard,
            _ when type == typeof(PlatformSuspension) => new PlatformSuspension(DateTimeOffset.UnixEpoch, "any"),
            _ when type == typeof(SellerDisabling) => new SellerDisabling(DateTimeOffset.UnixEpoch, null),
            _ when type == typeof(RiskHold) => Hold,
            _ when type == typeof(PluginBlock) => new PluginBlock("any", PluginBlockKind.Delisted, null, DateTimeOffset.UnixEpoch),
            _ when type == typeof(BurstLimit) => BurstLimit.Standard,
            _ when type.IsValueType => Activator.CreateInstance(type),
            _ => throw new NotSupportedException($"Add a sample of {type} for the refusals that take one."),
        };
}

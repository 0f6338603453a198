using System.Text.RegularExpressions;
using Marketplace.Api.Reference;

namespace Marketplace.Api.Tests.Reference;

/// <summary>The pages of docs/api, one for each audience, held against the reference.</summary>
public partial class ReferencePagesTests
{
    private const int MaxWidth = 120;

    private static readonly Dictionary<string, string> PageOf = new()
    {
        ["Plugin API"] = "plugins",
        ["Seller API"] = "sellers",
        ["Developer API"] = "developers",
        ["Platform API"] = "platform",
        ["Review API"] = "reviewers",
        ["Public"] = "README",
        ["Demo"] = "demo",
    };

    private static readonly string[] TokenCalls =
    [
        "clientSecret.change POST /connect/client-secret",
        "tokens.introspect POST /connect/introspect",
        "tokens.issue POST /connect/token",
        "tokens.revoke POST /connect/revoke",
    ];

    public static TheoryData<string> Pages => [.. PageOf.Values, "tokens"];

    [Fact]
    public void Every_audience_has_a_page_that_names_exactly_its_operations() =>
        Assert.All(References.Audiences, audience =>
            Assert.Equal(
                audience
                    .Operations.Select(operation => $"{operation.Id} {operation.Method} {operation.Route}")
                    .Order(StringComparer.Ordinal),
                RowsOf(PageOf[audience.Name]).Order(StringComparer.Ordinal)
            )
        );

    [Fact]
    public void The_page_of_tokens_names_the_calls_of_OAuth() => Assert.Equal(TokenCalls, RowsOf("tokens").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Lines_are_short_and_name_no_requirement(string page) => Assert.All(Text(page).Split('\n'), line =>
        {
            Assert.InRange(line.Length, 0, MaxWidth);
            Assert.DoesNotMatch(@"\bR\d+\b", line);
        });

    [Theory]
    [MemberData(nameof(Pages))]
    public void Links_to_these_pages_lead_to_a_heading(string page) => Assert.All(Link().Matches(Text(page)), match =>
        {
            var target = match.Groups["page"].Value is { Length: > 0 } other ? other : page;
            Assert.Contains(match.Groups["anchor"].Value, AnchorsOf(target));
        });

    private static IEnumerable<string> RowsOf(string page) =>
        Row()
            .Matches(Text(page))
            .Select(match => $"{match.Groups["id"].Value} {match.Groups["method"].Value} {match.Groups["route"].Value}");

    private static IEnumerable<string> AnchorsOf(string page) =>
        Text(page)
            .Split('\n')
            .Where(line => line.StartsWith('#'))
            .Select(line => NoAnchor().Replace(line.TrimStart('#').Trim(), "").Replace(' ', '-').ToLowerInvariant())
            .Append(string.Empty);

    private static string Text(string page)
    {
        using var reader = new StreamReader(typeof(ReferencePagesTests).Assembly.GetManifestResourceStream($"api/{page}.md")!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }

    [GeneratedRegex(@"^\| `(?<id>[A-Za-z.]+)` \| `(?<method>[A-Z]+) (?<route>/[^`?]+)", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\]\((?:(?<page>[A-Za-z-]+)\.md)?(?:#(?<anchor>[^)]+))?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();
}

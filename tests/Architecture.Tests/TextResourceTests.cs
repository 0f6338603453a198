using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Marketplace.Api.Http.Problems;
using Marketplace.Catalogue;
using Marketplace.Catalogue.Search;
using Marketplace.Deliveries;
using Marketplace.Enforcement;
using Marketplace.Evidence;
using Marketplace.Identity.Server;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Risk;
using Xunit;

namespace Marketplace.Architecture.Tests;

/// <summary>
/// The resource files of texts: each belongs to a class, says the same in both languages, and has no text that nobody asks for. Code has
/// no text for people beside them.
/// </summary>
public sealed partial class TextResourceTests
{
    private const BindingFlags Members =
        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>Composed in Chinese only, where the English sentence is part of each refusal.</summary>
    private static readonly string[] ChineseOnly = ["ProblemFixes", "ProblemTexts"];

    /// <summary>Chinese that is data: names of carriers, words that are searched for, examples, a language's own name.</summary>
    private static readonly string[] Data =
    [
        "Carriers.cs",
        "TrackStates.cs",
        "PostalAddressScan.cs",
        "PrivateDataScan.cs",
        "LabelHandlers.cs",
        "SchemaExamples.cs",
        "ReaderLanguage.cs",
        "EnterpriseRefusals.cs",
        "DemoManifests.cs",
        "DemoCatalogue.cs",
    ];

    private static readonly HashSet<string> ProblemCodes = [.. ProblemKinds.All.Select(kind => kind.Code)];

    /// <summary>The codes that are keys, by the class to which the texts belong.</summary>
    private static readonly Dictionary<string, HashSet<string>> Codes = new()
    {
        ["ProblemTitles"] = ProblemCodes,
        ["ProblemFixes"] = ProblemCodes,
        ["ErrorTexts"] = ProblemCodes,
        ["NotificationTexts"] = [.. NotificationTexts.Kinds],
        ["EvidenceCauses"] = [.. EvidenceCauses.All.Select(cause => cause.Code)],
        ["HelpForErrors"] = [.. HelpForErrors.All.Select(help => help.Error)],
        ["ScopeCatalogue"] =
        [
            .. ScopeCatalogue.All.SelectMany(scope => (string[])["name", "purpose", "without"], (scope, part) => $"{scope.Scope}.{part}"),
        ],
        ["FacetLabels"] = [.. FacetLabels.Keys],
        ["SellerStateTexts"] = [.. Enum.GetNames<SellerState>()],
        ["RiskTexts"] = [.. Enum.GetNames<RiskKind>()],
        ["ParkReasonTexts"] =
        [
            .. typeof(ParkReasons).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!),
        ],
        ["PluginBlockTexts"] =
        [
            .. typeof(PluginBlockKind)
                .GetFields()
                .Select(field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name)
                .OfType<string>(),
        ],
        ["Agreement"] = [Agreement.Standard.Version],
    };

    private static readonly ImmutableArray<string> Files =
    [
        .. Product
            .All.SelectMany(assembly => assembly.GetManifestResourceNames())
            .Where(name => name.EndsWith(".resources", StringComparison.Ordinal)),
    ];

    public static TheoryData<string> Features { get; } =
    [.. Files.Select(file => Language().Replace(file, "")).Distinct().Order(StringComparer.Ordinal)];

    [Fact]
    public void There_are_resource_files() => Assert.True(Files.Length > 40);

    [Fact]
    public void Codes_belong_to_a_feature_that_exists() => Assert.Empty(Codes.Keys.Except(Features.Select(row => TypeOf(row.Data).Name)));

    [Theory]
    [MemberData(nameof(Features))]
    public void A_feature_has_both_languages_with_the_same_keys_and_placeholders(string feature)
    {
        var type = TypeOf(feature);
        var chinese = LanguageTexts.Load(type, LanguageTexts.Chinese);
        if (ChineseOnly.Contains(type.Name))
        {
            Assert.DoesNotContain($"{feature}.{LanguageTexts.English}.resources", Files);
            return;
        }

        var english = LanguageTexts.Load(type, LanguageTexts.English);
        Assert.Equal(chinese.Keys.Order(StringComparer.Ordinal), english.Keys.Order(StringComparer.Ordinal));
        Assert.All(chinese.Keys, key =>
            Assert.Equal(string.Join(' ', chinese[key].Placeholders), string.Join(' ', english[key].Placeholders))
        );
        Assert.All(chinese.Keys, key => Assert.DoesNotMatch(Chinese(), english[key].Text));
    }

    [Theory]
    [MemberData(nameof(Features))]
    public void A_feature_finds_all_the_texts_that_it_asks_for_at_the_start(string feature) =>
        RuntimeHelpers.RunClassConstructor(TypeOf(feature).TypeHandle);

    [Theory]
    [MemberData(nameof(Features))]
    public void Every_text_is_asked_for(string feature)
    {
        var type = TypeOf(feature);
        var source = string.Concat(
            Repository.SourceFiles("src").Where(file => Path.GetFileNameWithoutExtension(file) == type.Name).Select(File.ReadAllText)
        );

        Assert.DoesNotContain(LanguageTexts.Load(type, LanguageTexts.Chinese).Keys, key => !IsAskedFor(type, source, key));
    }

    /// <summary>A text with values is asked for by a method of its name; the method must give the values of its placeholders.</summary>
    [Theory]
    [MemberData(nameof(Features))]
    public void A_method_gives_its_text_the_values_of_its_placeholders(string feature)
    {
        var type = TypeOf(feature);
        var texts = LanguageTexts.Load(type, LanguageTexts.Chinese);
        Assert.All(type.GetMethods(Members).Where(method => method.IsStatic && texts.Contains(method.Name)), method =>
        {
            var text = (BilingualText)
                method.Invoke(null, [.. method.GetParameters().Select(parameter => Sample(parameter.ParameterType))])!;
            Assert.DoesNotContain('{', text.Zh + text.En);
        });
    }

    [Fact]
    public void No_text_for_people_is_written_in_code() =>
        Assert.Empty(
            Repository
                .SourceFiles("src")
                .Where(file => !Data.Contains(Path.GetFileName(file)))
                .SelectMany(file =>
                    TextsIn(File.ReadAllLines(file)).Select(line => $"{Path.GetRelativePath(Repository.Root, file)}: {line}")
                )
        );

    [Fact]
    public void A_text_that_nobody_asks_for_and_one_in_code_are_seen()
    {
        Assert.False(IsAskedFor(typeof(RiskTexts), "Texts.Get(\"Other\")", "Nobody"));
        Assert.True(IsAskedFor(typeof(RiskTexts), string.Empty, nameof(RiskKind.NewVerb)));
        Assert.False(IsAskedFor(typeof(RiskTexts), string.Empty, ParkReasons.Gone));
        Assert.Equal(["var text = \"文字\";"], TextsIn(["// 文字", "    var text = \"文字\";", "var text = \"text\";"]));
    }

    private static IEnumerable<string> TextsIn(IEnumerable<string> lines) =>
        lines.Select(line => line.Trim()).Where(line => Chinese().IsMatch(line) && !line.StartsWith("//", StringComparison.Ordinal));

    private static bool IsAskedFor(Type type, string source, string key) =>
        Codes.GetValueOrDefault(type.Name)?.Contains(key) == true
        || type.GetMember(key.Split('.')[0], Members).Length > 0
        || source.Contains($"\"{key}\"", StringComparison.Ordinal)
        || source.Contains($"\"{key.Split('.')[0]}.{{", StringComparison.Ordinal);

    private static object? Sample(Type type) =>
        type switch
        {
            _ when type == typeof(string) => "any",
            _ when type == typeof(BilingualText) => BilingualText.Same("any"),
            _ when type == typeof(IReadOnlyCollection<string>) => new[] { "one", "two" },
            _ when type.IsValueType => Activator.CreateInstance(type),
            _ => null,
        };

    private static Type TypeOf(string feature) => Product.All.Select(assembly => assembly.GetType(feature)).OfType<Type>().Single();

    [GeneratedRegex(@"\.(zh|en)\.resources$", RegexOptions.CultureInvariant)]
    private static partial Regex Language();

    [GeneratedRegex(@"[\u4e00-\u9fff]", RegexOptions.CultureInvariant)]
    private static partial Regex Chinese();
}

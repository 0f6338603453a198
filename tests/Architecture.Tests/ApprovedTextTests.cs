using System.Collections.Immutable;
using System.Reflection;
using System.Text;
using Marketplace.Api.Http.Problems;
using Marketplace.Catalogue;
using Marketplace.Deliveries;
using Marketplace.Diagnostics;
using Marketplace.Evidence;
using Marketplace.Identity.Browser;
using Marketplace.Identity.Server;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Quotas;
using Marketplace.Risk;
using Xunit;

namespace Marketplace.Architecture.Tests;

/// <summary>What people read, as they read it, in both languages: no change of code or of a resource file changes it unnoticed.</summary>
public sealed class ApprovedTextTests
{
    private const BindingFlags All = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly DateTimeOffset Now = new(2026, 11, 29, 6, 5, 0, TimeSpan.Zero);

    private static readonly Dictionary<string, Func<IEnumerable<string>>> Features = new()
    {
        ["Problems"] = Problems,
        ["ErrorTexts"] = Errors,
        ["Notifications"] = Notifications,
        ["EvidenceCauses"] = () => EvidenceCauses.All.Select(cause => Line(cause.Code, cause.Text)),
        ["EvidencePage"] = () => Page(Product.Api.GetType("Marketplace.Api.SellerApi.Evidence.EvidenceTexts", throwOnError: true)!),
        ["Scopes"] = Scopes,
        ["Agreement"] = () => [Line(Agreement.Standard.Version, Agreement.Standard.Text), Agreement.Standard.Hash],
        ["ConsentPage"] = () => Page(Product.Identity.GetType("Marketplace.Identity.Consent.ConsentTexts", throwOnError: true)!),
        ["OAuthErrors"] = () => HelpForErrors.All.Select(help => Line(help.Error, help.Meaning)),
        ["Risk"] = Risks,
        ["Diagnoses"] = () => Resources(Product.Domain, "Diagnostics.CauseTexts", "Diagnostics.FixTexts"),
        ["ApiPages"] = () => Resources(Product.Api, "Api.Http.Problems.ProblemPageTexts", "Api.SellerApi.Labels.LabelTexts"),
        ["SignInPages"] = () =>
            Resources(
                Product.Identity,
                "Identity.Browser.OperatorSignInTexts",
                "Identity.Browser.BrowserGuardTexts",
                "Identity.Consent.SellerSignInTexts",
                "Identity.Demo.DemoSignInTexts"
            ),
    };

    public static TheoryData<string> Names { get; } = [.. Features.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_texts_are_the_approved_ones(string feature)
    {
        var received = string.Concat(Features[feature]().Select(line => line + "\n"));
        var path = Path.Combine(AppContext.BaseDirectory, $"{feature}.received.txt");
        File.WriteAllText(path, received);
        var approved = Embedded.Text($"{feature}.approved.txt");
        Assert.True(
            received == approved,
            $"Approve by copying {path} over Texts/{feature}.approved.txt.\n{Embedded.Difference(approved, received)}"
        );
    }

    private static IEnumerable<string> Problems() =>
        Refusals()
            .SelectMany(refusal =>
                Enum.GetValues<ReaderLanguage>().Select(language => (refusal, language, problem: ProblemOf(refusal, language)))
            )
            .Select(shown =>
                string.Join(
                    '\n',
                    $"{shown.refusal.Code} {shown.language}",
                    $"  {shown.problem.Title}",
                    $"  {shown.problem.Detail}",
                    $"  {shown.problem.Fix.Action}"
                )
            );

    private static IEnumerable<Refusal> Refusals() =>
        [
            .. ProblemKinds.All.Select(kind => new Refusal(kind.Code, "The value 'any-name' is wrong.", "plugin", "Correct it.")),
            .. ProblemKinds
                .All.Where(kind => kind.Status is 400 or 422)
                .Select(kind => new Refusal(kind.Code, kind.Title, "plugin", "GET /open/v1/orders, then correct it.")),
            .. ((string[])["daily", "burst", "spend", "errors", "incidents", "sub-accounts", "another"]).Select(Counted),
            new("scope-missing", "It is not granted.", "seller", "PUT /seller/v1/installations/s/p/grants.")
            {
                Evidence = ImmutableSortedDictionary<string, string>.Empty.Add("scope", "orders.read or an.unknown or products.write"),
            },
            new("from-the-future", "Nobody knows it.", "time", "Wait.") { RetryAt = Now.AddDays(40) },
        ];

    private static Refusal Counted(string counter) =>
        new("quota-exceeded", "It is used up at 2026-11-29T16:00:00Z.", "time", "Wait until 2026-11-29T16:00:00Z.")
        {
            Counter = counter,
            Limit = 1_000,
            Used = counter is "daily" ? null : 999.5m,
            ResetsAt = counter is "burst" ? null : Now.AddHours(10),
            RetryAt = Now.AddHours(10),
        };

    private static Problem ProblemOf(Refusal refusal, ReaderLanguage language) =>
        (Problem)typeof(Problem).GetMethod("Of", All)!.Invoke(null, [refusal, "0", language, Now])!;

    private static IEnumerable<string> Errors() =>
        ProblemKinds.All.Select(kind => kind.Code).Append("unheard-of").Select(code => Line(code, ErrorTexts.Of(code)));

    private static IEnumerable<string> Notifications() =>
        NotificationTexts
            .Kinds.Append("installation.from-the-future")
            .Order(StringComparer.Ordinal)
            .SelectMany(kind => Payloads(kind).Select(payload => (kind, text: NotificationTexts.Of(Fact(kind, payload)))))
            .Select(told => told.text is { } text ? Line(told.kind, text) : $"{told.kind} is not told");

    private static IEnumerable<string> Payloads(string kind) =>
        [
            "{}",
            """
                {
                  "account": "amy", "amount_cny": 12.50, "cap": 8, "currency": "EUR", "document": "licence", "due_at": "2026-12-01T08:00:00Z",
                  "expires_at": "2027-01-02T03:04:05Z", "failed": 2, "grants": ["orders.read", "orders.flag"], "hours": 24,
                  "operation": "orders.split", "plugin": "other-plugin", "question": "盘点 {why} [now]?", "reason": "盘点", "reference": "R-1",
                  "scopes": ["products.write", "an.unknown"], "seller": "s-7", "sent": 5, "template": "AE-DOC-2024-008", "text": "No.",
                  "until": "2026-12-31"
                }
                """,
            .. kind is "delivery.deliveries-parked"
                ? ((string[])[ParkReasons.Gone, ParkReasons.Exhausted, ParkReasons.TooManyDeadLetters]).Select(reason =>
                    $$"""{"reason":"{{reason}}"}"""
                )
                : [],
        ];

    private static JournalFact Fact(string kind, string payload) =>
        JournalFact.Following(
            null,
            kind.Split('.')[0] is "enterprise" or "claim" or "seller"
                ? $"{kind.Split('.')[0]}/E"
                : $"{kind.Split('.')[0]}/s-1/label-printer",
            OperationId.Parse("op-1"),
            ActorId.Parse("u-1"),
            Now,
            kind.Split('.')[1],
            Encoding.UTF8.GetBytes(payload)
        );

    private static IEnumerable<string> Scopes() =>
        ScopeCatalogue
            .All.Append(ScopeCatalogue.Of("an.unknown"))
            .SelectMany(scope =>
                (string[])
                    [
                        Line($"{scope.Scope} name", scope.Name),
                        Line($"{scope.Scope} purpose", scope.Purpose),
                        Line($"{scope.Scope} without", scope.Without),
                    ]
            );

    private static IEnumerable<string> Risks() =>
        RiskRuleSet
            .Standard.Rules.Select(rule => new RiskFinding(
                rule,
                OperationName.Parse("products.update"),
                ["title", "price.amount"],
                ImmutableSortedDictionary<string, string>.Empty
            ))
            .Select(finding => Line(finding.Rule.Id, RiskTexts.Of(finding)));

    /// <summary>Texts that are shown as they are in the resource files, or whose values depend on too much to make up samples.</summary>
    private static IEnumerable<string> Resources(Assembly assembly, params string[] classes) =>
        classes
            .Select(name => assembly.GetType($"Marketplace.{name}", throwOnError: true)!)
            .SelectMany(feature =>
                LanguageTexts
                    .Load(feature, LanguageTexts.Chinese)
                    .Keys.Order(StringComparer.Ordinal)
                    .Select(key => Line($"{feature.Name}.{key}", InBoth(feature, key)))
            );

    private static BilingualText InBoth(Type feature, string key) =>
        new(
            Quoted(LanguageTexts.Load(feature, LanguageTexts.Chinese)[key]),
            Quoted(LanguageTexts.Load(feature, LanguageTexts.English)[key])
        );

    // Some begin or end with a blank.
    private static string Quoted(TextTemplate text) => $"\"{text.Text}\"";

    private static string Line(string key, BilingualText text) => $"{key}\n  {text.Zh}\n  {text.En}";

    /// <summary>What a page's class of texts says in each language: its properties, and its methods for all they may be asked.</summary>
    private static IEnumerable<string> Page(Type type)
    {
        var (chinese, english) = (
            Activator.CreateInstance(type, ReaderLanguage.Chinese)!,
            Activator.CreateInstance(type, ReaderLanguage.English)!
        );
        return type.GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.DeclaredOnly)
            .Where(method => method.ReturnType == typeof(string))
            .OrderBy(method => method.Name, StringComparer.Ordinal)
            .SelectMany(method => Arguments(method).Select(arguments => (method, arguments)))
            .Select(call =>
                Line(
                    string.Join(' ', call.arguments.Select(argument => argument.Label).Prepend(call.method.Name)),
                    new BilingualText(Said(call.method, chinese, call.arguments), Said(call.method, english, call.arguments))
                )
            );
    }

    private static string Said(MethodInfo method, object texts, IEnumerable<(string Label, object? Value)> arguments) =>
        (string)method.Invoke(texts, [.. arguments.Select(argument => argument.Value)])!;

    /// <summary>Every combination of samples of a method's parameters.</summary>
    private static IEnumerable<ImmutableArray<(string Label, object? Value)>> Arguments(MethodInfo method) =>
        method
            .GetParameters()
            .Aggregate(
                (IEnumerable<ImmutableArray<(string Label, object? Value)>>)
                    [
                        [],
                    ],
                (rows, parameter) => rows.SelectMany(row => Samples(parameter).Select(row.Add))
            );

    private static IEnumerable<(string Label, object? Value)> Samples(ParameterInfo parameter) =>
        parameter.ParameterType switch
        {
            { IsEnum: true } type => Enum.GetNames(type).Select(name => (name, (object?)Enum.Parse(type, name))),
            var type when type == typeof(string) => (parameter.Name is "phase" ? Phases : ["any"]).Select(text => (text, (object?)text)),
            var type when type == typeof(TimeSpan) => [(parameter.Name!, TimeSpan.FromDays(parameter.Position + 30))],
            var type when type == typeof(DateTimeOffset) => [("now", Now)],
            var type when type == typeof(BilingualText) => [("both", new BilingualText("中文", "English"))],
            var type when type == typeof(Refusal) => RefusedConsents.Select(code =>
                (code, (object?)new Refusal(code, "The reason.", "seller", "The fix."))
            ),
            var type when type == typeof(EvidenceHop) => Hops.Select(hop => ($"{hop.What} {hop.Attempt ?? 0}", (object?)hop)),
            var type when type == typeof(EvidenceVerdict) =>
            [
                ("verdict", new EvidenceVerdict(EvidenceParty.Open, "any", null, new BilingualText("中文", "English"), 4, 3, 2, 1)),
            ],
            var type when type == typeof(EvidenceRoute) =>
            [
                ("none", null),
                .. ((string[])[EvidenceRoute.Push, EvidenceRoute.Pull, "off"]).Select(mode =>
                    (mode, (object?)new EvidenceRoute(mode, "order", null, 0, 0, 0, null, null, null, null, null))
                ),
            ],
            var type => throw new NotSupportedException($"There is no sample of {type}."),
        };

    private static readonly string[] RefusedConsents =
    [
        InstallationRefusals.AgreementChangedCode,
        InstallationRefusals.PriceChangedCode,
        InstallationRefusals.PluginNotCertified,
        "another-refusal",
    ];

    private static readonly string[] Phases =
    [
        "running",
        "paused",
        "suspended",
        "disabled",
        "authorisation-expired",
        "awaiting-entity",
        "awaiting-consent",
    ];

    private static readonly EvidenceHop[] Hops =
    [
        .. ((string[])["accepted", "withheld", "throttled", "failed", "acknowledged", "dead", "parked", "resumed"]).SelectMany(what =>
            (EvidenceHop[])[new EvidenceHop(Now, what, null), new EvidenceHop(Now, what, 7) { Attempt = 3 }]
        ),
    ];
}

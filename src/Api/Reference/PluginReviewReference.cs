using System.Collections.Immutable;
using Marketplace.Api.DeveloperApi;
using Marketplace.Api.Http.Paging;
using Marketplace.Api.ReviewApi;
using static Marketplace.Api.Reference.AnswerReference;
using static Marketplace.Api.Reference.BodyReference;

namespace Marketplace.Api.Reference;

/// <summary>Operations about plugins' versions: their developers', and those of the two review tracks.</summary>
internal static class PluginReviewReference
{
    private const string Root = "/developer/v1/plugins";
    private const string One = Root + "/{plugin}";
    private const string Version = One + "/versions/{hash}";

    private static readonly string[] OfAuthors =
    [
        "listing-not-found",
        "role-not-allowed",
        "developer-not-found",
        "developer-unverified",
        "developer-frozen",
    ];

    public static ImmutableArray<OperationReference> OfDevelopers { get; } =
    [
        new("POST", Root, "plugins.create", "Reserve an id for a plugin.")
        {
            Body = JsonBody<NewPluginRequest>(),
            Answers = [Json<ListingView>()],
            Problems = [.. OfAuthors, "listing-exists"],
            TakesKey = true,
        },
        new("GET", One, "plugins.get", "Get a plugin with its versions and where each stands.")
        {
            Answers = [Json<ListingView>()],
            Problems = ["listing-not-found", "developer-not-found"],
        },
        new("POST", One + "/versions", "plugins.addVersion", "Add a version: the gate judges its manifest and scan.")
        {
            Body = JsonBody<VersionRequest>(),
            Answers = [Json<ListingView>()],
            Problems = [.. OfAuthors, "manifest-invalid", "plugin-version-exists", "plugin-version-limit"],
            TakesKey = true,
        },
        new("GET", Version + "/report", "plugins.report", "Get the gate's report of a version.")
        {
            Answers = [Json<System.Text.Json.JsonElement>()],
            Problems = ["listing-not-found", "developer-not-found", "plugin-version-not-found"],
        },
        new("POST", Version + "/submit", "plugins.submit", "Submit a version to both review tracks.")
        {
            Answers = [Json<ListingView>()],
            Problems = [.. OfAuthors, "plugin-version-not-found", "gate-blocks"],
            TakesKey = true,
        },
        new("PUT", Version + "/category", "plugins.changeCategory", "Move a version to another category.")
        {
            Body = JsonBody<CategoryRequest>(),
            Answers = [Json<ListingView>()],
            Problems = [.. OfAuthors, "plugin-version-not-found"],
            TakesKey = true,
        },
        new("POST", Version + "/rounds", "rounds.start", "Start a sandbox round of a version.")
        {
            Body = OptionalJsonBody<RoundRequest>(),
            Answers = [Json<RoundView>(StatusCodes.Status202Accepted, "The round has begun.")],
            Problems =
            [
                .. OfAuthors,
                "plugin-version-not-found",
                "gate-blocks",
                "region-mismatch",
                "round-running",
                "round-too-soon",
                "round-limit",
                "round-justification-invalid",
            ],
            TakesKey = true,
        },
        new("GET", Version + "/rounds", "rounds.list", "List the sandbox rounds of a version, newest first.")
        {
            Parameters = Page,
            Answers = [Json<RoundList>()],
            Problems = ["listing-not-found", "developer-not-found", "plugin-version-not-found"],
        },
        new("GET", Version + "/rounds/{id}", "rounds.get", "Get a sandbox round with its result.")
        {
            Answers = [Json<RoundView>()],
            Problems = ["listing-not-found", "developer-not-found", "plugin-version-not-found", "round-not-found"],
        },
    ];

    private static ImmutableArray<ParameterReference> Page =>
        [Parameters.Limit(PositionQuery.MaxLimit, PositionQuery.DefaultLimit), Parameters.Cursor];

    public static ImmutableArray<OperationReference> OfReviewers { get; } = [.. Track("security"), .. Track("business")];

    private static OperationReference[] Track(string track) =>
        [
            new("GET", Queue(track), $"{track}Reviews.list", "List versions that wait for a decision, the most urgent first.")
            {
                Answers = [Json<TrackItems>()],
            },
            new("GET", Of(track), $"{track}Reviews.get", "Get a version with manifest, report and both tracks.")
            {
                Answers = [Json<ReviewedVersion>()],
                Problems = ["listing-not-found", "plugin-version-not-found"],
            },
            new("GET", Of(track) + "/rounds", $"{track}Reviews.listRounds", "List the sandbox rounds of a version, newest first.")
            {
                Parameters = Page,
                Answers = [Json<RoundList>()],
                Problems = ["listing-not-found", "plugin-version-not-found"],
            },
            new("GET", Of(track) + "/rounds/{id}", $"{track}Reviews.getRound", "Get a sandbox round with its result.")
            {
                Answers = [Json<RoundView>()],
                Problems = ["listing-not-found", "plugin-version-not-found", "round-not-found"],
            },
            Verb(track, "claim", "Claim a review; no other reviewer can decide it until the claim ends.", null, "track-claimed"),
            Verb(track, "release", "Release a claimed review.", null, "track-not-claimed"),
            Verb(
                track,
                "verdict",
                "Approve, reject, or ask for changes.",
                JsonBody<VerdictRequest>(),
                "track-not-claimed",
                "track-decision-invalid"
            ),
        ];

    private static OperationReference Verb(string track, string verb, string summary, BodyReference? body, params string[] problems) =>
        new("POST", $"{Of(track)}/{verb}", $"{track}Reviews.{(verb == "verdict" ? "decide" : verb)}", summary)
        {
            Body = body,
            Answers = [Json<ReviewedVersion>()],
            Problems = ["listing-not-found", "plugin-version-not-found", "track-not-open", .. problems],
            TakesKey = true,
        };

    private static string Queue(string track) => $"/review/v1/{track}/versions";

    private static string Of(string track) => Queue(track) + "/{plugin}/{hash}";
}

using System.Collections.Immutable;

namespace Marketplace.Schemas;

/// <summary>The refusals about schema versions.</summary>
public static class SchemaRefusals
{
    public const string VersionUnknown = "schema-version-unknown";
    public const string AlreadyAnnounced = "schema-already-announced";

    private const string Platform = "platform";

    /// <param name="known">The existing versions.</param>
    public static Refusal Unknown(ImmutableArray<string> known) =>
        new(
            VersionUnknown,
            $"There is no such schema version; there are {string.Join(", ", known)}.",
            Platform,
            "Name one of these versions."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Versions.Of(known)),
        };

    public static Refusal Announced(string version, DateTimeOffset at) =>
        new(
            AlreadyAnnounced,
            FormattableString.Invariant(
                $"The schema version {version} was announced at {at:yyyy-MM-ddTHH:mm:ssZ}; its clocks run since then."
            ),
            Platform,
            "Look at the version's board."
        );
}

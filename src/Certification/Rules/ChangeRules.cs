using System.Collections.Immutable;
using Marketplace.Certification.Manifests;

namespace Marketplace.Certification.Rules;

/// <summary>Rules about what a version changes of the listed one.</summary>
internal static class ChangeRules
{
    public static ImmutableArray<GateRule> All { get; } =
    [
        new("plugin-changed", GateSeverity.Blocking, "A version is of the listed plugin.", PluginChanged, GateNeed.Listed),
        new("version-not-higher", GateSeverity.Blocking, "A version is higher than the listed one.", NotHigher, GateNeed.Listed),
        new("scope-widened", GateSeverity.Review, "A reviewer looks at what a version may do more.", ScopeWidened, GateNeed.Listed),
        new("category-changed", GateSeverity.Review, "A change of category is reviewed again.", CategoryChanged, GateNeed.Listed),
    ];

    private static IEnumerable<Objection> PluginChanged(GateInput input)
    {
        if (input.Listed is { } listed && listed.Plugin != input.Manifest.Plugin)
        {
            yield return new Objection("/plugin", input.Manifest.Plugin, listed.Plugin);
        }
    }

    private static IEnumerable<Objection> NotHigher(GateInput input)
    {
        if (input.Listed is { } listed && Version.Parse(input.Manifest.Version) <= Version.Parse(listed.Version))
        {
            yield return new Objection("/version", input.Manifest.Version, $"Higher than {listed.Version}.");
        }
    }

    private static IEnumerable<Objection> ScopeWidened(GateInput input) =>
        input.Listed is not { } listed
            ? []
            : input
                .Manifest.Scopes.Select(static (scope, index) => (Scope: scope, Place: $"/scopes/{index}"))
                .Select(scope => (scope.Scope, scope.Place, Why: Widening(Find(listed, scope.Scope.Scope), scope.Scope)))
                .Where(scope => scope.Why is not null)
                .Select(scope => new Objection(
                    scope.Place,
                    $"{scope.Scope.Scope} {scope.Why}.",
                    "A feature that needs it.",
                    scope.Scope.Scope
                ));

    private static ManifestScope? Find(Manifest manifest, string scope) =>
        manifest.Scopes.FirstOrDefault(declared => declared.Scope == scope);

    /// <summary>What a scope allows more than before; null if nothing.</summary>
    private static string? Widening(ManifestScope? before, ManifestScope now) =>
        before is null ? "is new"
        : now.Required && !before.Required ? "is required now"
        : before.Touches is { } touched && (now.Touches is not { } touches || touches.Except(touched).Any()) ? "touches more"
        : null;

    private static IEnumerable<Objection> CategoryChanged(GateInput input)
    {
        if (input.Listed is { } listed && listed.Category != input.Manifest.Category)
        {
            yield return new Objection("/category", $"{listed.Category} becomes {input.Manifest.Category}.", "A category that fits.");
        }
    }
}

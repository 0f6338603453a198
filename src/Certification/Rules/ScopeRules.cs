using System.Collections.Immutable;
using Marketplace.Catalogue;
using Marketplace.Certification.Manifests;
using Marketplace.Schemas.Payloads;

namespace Marketplace.Certification.Rules;

/// <summary>Least privilege, as far as a manifest shows it (R18, R33, R70). What is exercised is measured in the sandbox rounds.</summary>
internal static class ScopeRules
{
    private const string Dashboard = "data-dashboard";

    public static ImmutableArray<GateRule> All { get; } =
    [
        new("scope-wildcard", GateSeverity.Blocking, "Scopes are named one by one.", Wildcard),
        new("scope-unknown", GateSeverity.Blocking, "Every scope exists.", Unknown),
        new("scope-repeated", GateSeverity.Blocking, "Every scope is declared once.", Repeated),
        new("scope-purpose-repeated", GateSeverity.Blocking, "Every scope has a purpose of its own.", PurposeRepeated),
        new("scope-write-of-dashboard", GateSeverity.Review, "A data dashboard writes only after a further review.", DashboardWrites),
        new("scope-sensitive", GateSeverity.Review, "A reviewer looks at the use of sensitive scopes.", Sensitive),
        new("touches-of-read", GateSeverity.Blocking, "Only write scopes restrict what they touch.", TouchesOfRead),
        new("field-unknown", GateSeverity.Blocking, "Every field is a member of the schema version.", FieldUnknown),
        new("field-without-scope", GateSeverity.Blocking, "The scope that opens a field is declared.", FieldWithoutScope),
    ];

    private static IEnumerable<Objection> Wildcard(GateInput input) =>
        from scope in Places(input.Manifest)
        where scope.Scope.Contains('*', StringComparison.Ordinal)
        select new Objection($"{scope.Place}/scope", scope.Scope, "The scopes that the features need, each with its purpose.", scope.Scope);

    private static IEnumerable<Objection> Unknown(GateInput input) =>
        from scope in Places(input.Manifest)
        where !scope.Scope.Contains('*', StringComparison.Ordinal) && Known(scope.Scope) is null
        select new Objection(
            $"{scope.Place}/scope",
            scope.Scope,
            $"One of {string.Join(", ", ScopeCatalogue.All.Select(static known => known.Scope))}.",
            scope.Scope
        );

    private static IEnumerable<Objection> Repeated(GateInput input) =>
        from scope in Places(input.Manifest)
        where input.Manifest.Scopes.Take(scope.Index).Any(earlier => earlier.Scope == scope.Scope)
        select new Objection($"{scope.Place}/scope", $"{scope.Scope} is declared before.", "One declaration.", scope.Scope);

    private static IEnumerable<Objection> PurposeRepeated(GateInput input) =>
        from scope in Places(input.Manifest)
        where
            input
                .Manifest.Scopes.Take(scope.Index)
                .Any(earlier =>
                    IsSame(earlier.Purpose.Zh, scope.Declared.Purpose.Zh) || IsSame(earlier.Purpose.En, scope.Declared.Purpose.En)
                )
        select new Objection($"{scope.Place}/purpose", scope.Declared.Purpose.En, "What this scope is for, and no other.", scope.Scope);

    private static IEnumerable<Objection> DashboardWrites(GateInput input) =>
        from scope in Places(input.Manifest)
        where input.Manifest.Category == Dashboard && Known(scope.Scope)?.Risk is RiskLevel.W1 or RiskLevel.W2
        select new Objection(
            $"{scope.Place}/scope",
            $"A {Dashboard} asks for {scope.Scope}.",
            "Only reading, or a reviewer's consent.",
            scope.Scope
        );

    private static IEnumerable<Objection> Sensitive(GateInput input) =>
        from scope in Places(input.Manifest)
        let known = Known(scope.Scope)
        where known is { IsSensitive: true } && !(input.Manifest.Category == Dashboard && known.Risk == RiskLevel.W2)
        select new Objection(
            $"{scope.Place}/scope",
            $"{scope.Scope} ({known.Risk.Text()}): {scope.Declared.Purpose.En}",
            "A use that needs it.",
            scope.Scope
        );

    private static IEnumerable<Objection> TouchesOfRead(GateInput input) =>
        from scope in Places(input.Manifest)
        where scope.Declared.Touches is not null && Known(scope.Scope)?.Risk is RiskLevel.R1 or RiskLevel.R2
        select new Objection($"{scope.Place}/touches", $"{scope.Scope} writes nothing.", "No touches.", scope.Scope);

    private static IEnumerable<Objection> FieldUnknown(GateInput input)
    {
        var schema = input.Manifest.Schema is { } pinned ? PayloadSchemas.Standard.Find(pinned) : PayloadSchemas.Standard.Newest;
        return schema is null
            ? []
            : from field in Fields(input.Manifest)
            where !schema.Objects[field.Object].ContainsKey(field.Path)
            select new Objection(
                field.Place,
                $"{field.Object} has no {field.Path} in {schema.Version}.",
                $"A member of /schemas/{schema.Version}.",
                $"{field.Object}.{field.Path}"
            );
    }

    private static IEnumerable<Objection> FieldWithoutScope(GateInput input) =>
        from field in Fields(input.Manifest)
        let scope = ScopeOf(field.Object)
        where input.Manifest.Scopes.All(declared => declared.Scope != scope)
        select new Objection(
            field.Place,
            $"{field.Object}.{field.Path} is read with {scope}, which is not declared.",
            $"{scope} in /scopes, or no such field.",
            $"{field.Object}.{field.Path}"
        );

    private static IEnumerable<(int Index, string Place, string Scope, ManifestScope Declared)> Places(Manifest manifest) =>
        manifest.Scopes.Select(static (scope, index) => (index, $"/scopes/{index}", scope.Scope, scope));

    private static IEnumerable<(string Place, string Object, string Path)> Fields(Manifest manifest) =>
        (manifest.Fields ?? []).Select(
            static (field, index) =>
            {
                var end = field.IndexOf('.', StringComparison.Ordinal);
                return ($"/fields/{index}", field[..end], field[(end + 1)..]);
            }
        );

    /// <summary>Null for a scope that does not exist: that is one objection, not several.</summary>
    private static ScopeInfo? Known(string scope) => ScopeCatalogue.All.FirstOrDefault(known => known.Scope == scope);

    /// <summary>Letters and digits alone are compared: blanks and full stops make no other purpose.</summary>
    private static bool IsSame(string one, string other) =>
        string.Equals(
            string.Concat(one.Where(char.IsLetterOrDigit)),
            string.Concat(other.Where(char.IsLetterOrDigit)),
            StringComparison.OrdinalIgnoreCase
        );

    private static string ScopeOf(string name) =>
        name switch
        {
            PayloadSchemas.Order => "orders.read",
            PayloadSchemas.Product => "products.read",
            PayloadSchemas.Tracking => "logistics.read",
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "The schema of manifests does not know this object."),
        };
}

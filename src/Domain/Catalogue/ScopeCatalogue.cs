using System.Collections.Frozen;

namespace Marketplace.Catalogue;

/// <summary>The marketplace's description of a scope, whichever plugin requests it.</summary>
/// <param name="Scope">For example <c>orders.read</c>.</param>
/// <param name="Name">Shown to sellers.</param>
/// <param name="Risk">Its risk level (R07).</param>
/// <param name="Purpose">Its purpose, unless the plugin declares a better one.</param>
/// <param name="Without">What stops working without it, unless the plugin declares better.</param>
[GenerateSerializer, Immutable, Alias("mp.catalogue.scope")]
public sealed record ScopeInfo(
    [property: Id(0)] string Scope,
    [property: Id(1)] BilingualText Name,
    [property: Id(2)] RiskLevel Risk,
    [property: Id(3)] BilingualText Purpose,
    [property: Id(4)] BilingualText Without
)
{
    /// <summary>True if grants of the scope expire sooner than the authorisation.</summary>
    public bool IsSensitive => Risk is RiskLevel.R2 or RiskLevel.W2;
}

/// <summary>
/// The list of all scopes with their names and risks. No scope implies another: reading orders never includes writing products (R42).
/// </summary>
public static class ScopeCatalogue
{
    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(ScopeCatalogue));

    private static readonly FrozenDictionary<string, ScopeInfo> Known = new[]
    {
        Describe("orders.read", RiskLevel.R1),
        Describe("orders.flag", RiskLevel.W1),
        Describe("orders.split", RiskLevel.W1),
        Describe("orders.merge", RiskLevel.W1),
        // Rated like the gravest writes: it decrypts a buyer's address, ships a parcel and changes the order.
        Describe("logistics.label.write", RiskLevel.W2),
        Describe("logistics.rate.read", RiskLevel.R1),
        Describe("logistics.read", RiskLevel.R1),
        Describe("logistics.write", RiskLevel.W1),
        Describe("products.read", RiskLevel.R1),
        Describe("products.write", RiskLevel.W2),
    }.ToFrozenDictionary(scope => scope.Scope, StringComparer.Ordinal);

    /// <summary>All known scopes, by name.</summary>
    public static IEnumerable<ScopeInfo> All => Known.Values.OrderBy(scope => scope.Scope, StringComparer.Ordinal);

    /// <summary>The scope; an undescribed one, such as an upstream's, is treated as the riskiest.</summary>
    public static ScopeInfo Of(string scope) =>
        Known.GetValueOrDefault(scope)
        ?? new ScopeInfo(scope, BilingualText.Same(scope), RiskLevel.W2, Texts.Get("unknown.purpose"), Texts.Get("unknown.without"));

    private static ScopeInfo Describe(string scope, RiskLevel risk) =>
        new(scope, Texts.Get($"{scope}.name"), risk, Texts.Get($"{scope}.purpose"), Texts.Get($"{scope}.without"));
}

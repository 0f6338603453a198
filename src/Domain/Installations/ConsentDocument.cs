using System.Collections.Immutable;
using Marketplace.Billing;
using Marketplace.Catalogue;

namespace Marketplace.Installations;

/// <summary>
/// The form a seller is asked to consent to (R42): the minimal scopes, each with its purpose, and the optional ones unticked. There is no
/// "grant all" (R69).
/// </summary>
/// <param name="Installation">The installation.</param>
/// <param name="Plugin">The plugin as certified now: name, agreement, presets, support.</param>
/// <param name="IsEnabled">False if the seller has not enabled the plugin yet, or has disabled it.</param>
/// <param name="Required">The scopes the plugin cannot work without; every consent includes them.</param>
/// <param name="Optional">The other scopes; unticked.</param>
/// <param name="Pending">Scopes of both lists that came with a newer plugin version than the one consented to.</param>
/// <param name="Granted">The scopes granted now.</param>
/// <param name="Term">The term of a consent given now.</param>
/// <param name="SensitiveTerm">The term of its sensitive scopes.</param>
[GenerateSerializer, Immutable, Alias("mp.installations.consent-document")]
public sealed record ConsentDocument(
    [property: Id(0)] InstallationId Installation,
    [property: Id(1)] PluginProfile Plugin,
    [property: Id(2)] bool IsEnabled,
    [property: Id(3)] ImmutableArray<ConsentScope> Required,
    [property: Id(4)] ImmutableArray<ConsentScope> Optional,
    [property: Id(5)] ImmutableArray<ConsentScope> Pending,
    [property: Id(6)] ImmutableArray<string> Granted,
    [property: Id(7)] TimeSpan Term,
    [property: Id(8)] TimeSpan SensitiveTerm
)
{
    /// <summary>The prices with an estimate (R52, R53); null where nothing is shown to a seller.</summary>
    [Id(9)]
    public PriceOffer? Offer { get; init; }

    /// <summary>The document of an existing or future installation.</summary>
    public static ConsentDocument Of(InstallationId id, Installation? state, PluginProfile plugin, DateTimeOffset now)
    {
        var required = plugin.RequiredScopes;
        var pending = state?.PendingScopes(plugin) ?? [];
        return new ConsentDocument(
            id,
            plugin,
            state is { Disabling: null },
            [.. required.Select(scope => ConsentScope.Of(plugin, scope))],
            [.. plugin.Scopes.Except(required).Order(StringComparer.Ordinal).Select(scope => ConsentScope.Of(plugin, scope))],
            [.. pending.Select(scope => ConsentScope.Of(plugin, scope))],
            state?.GrantsAt(now) ?? [],
            AuthorisationTerms.Whole,
            AuthorisationTerms.Sensitive
        );
    }
}

/// <summary>One line of the consent document.</summary>
/// <param name="Info">Name and risk.</param>
/// <param name="Purpose">What the plugin uses it for.</param>
/// <param name="Without">What stops working without it.</param>
/// <param name="Ticked">True for required scopes only: the seller must tick everything else.</param>
[GenerateSerializer, Immutable, Alias("mp.installations.consent-scope")]
public sealed record ConsentScope(
    [property: Id(0)] ScopeInfo Info,
    [property: Id(1)] BilingualText Purpose,
    [property: Id(2)] BilingualText Without,
    [property: Id(3)] bool Ticked
)
{
    internal static ConsentScope Of(PluginProfile plugin, string scope)
    {
        var declared = plugin.DeclarationOf(scope);
        return new ConsentScope(ScopeCatalogue.Of(scope), declared.Purpose, declared.Without, declared.Required);
    }
}

/// <summary>Terms of authorisations.</summary>
public static class AuthorisationTerms
{
    /// <summary>365 days for the authorisation.</summary>
    public static TimeSpan Whole { get; } = TimeSpan.FromDays(365);

    /// <summary>30 days for sensitive scopes.</summary>
    public static TimeSpan Sensitive { get; } = TimeSpan.FromDays(30);

    /// <summary>Warnings before an expiry, in hours, the earliest first.</summary>
    public static ImmutableArray<int> WarningHours { get; } = [72, 48, 24];
}

using System.Collections.Immutable;
using Marketplace.Catalogue;

namespace Marketplace.Installations;

/// <summary>
/// What a seller is asked to consent to (R42): the minimal scopes, each with its purpose, the optional ones unticked. Nothing grants all at
/// once (R69).
/// </summary>
/// <param name="Installation">Which one.</param>
/// <param name="Plugin">Its plugin as it is certified now: name, agreement, presets, support.</param>
/// <param name="IsEnabled">False if the seller has not enabled the plugin yet, or has disabled it.</param>
/// <param name="Required">What the plugin cannot work without; a consent holds all of them.</param>
/// <param name="Optional">The others; unticked.</param>
/// <param name="Pending">Those of both that came with a newer plugin version than the seller consented to.</param>
/// <param name="Granted">What is granted now.</param>
/// <param name="Term">How long a consent given now lasts.</param>
/// <param name="SensitiveTerm">How long sensitive scopes last under it.</param>
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
    /// <summary>The document of an installation, or of one that is not there yet.</summary>
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
/// <param name="Purpose">What the plugin does with it.</param>
/// <param name="Without">What stops working without it.</param>
/// <param name="Ticked">True for required scopes only: everything else is an act of the seller's.</param>
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

/// <summary>How long what a seller agreed to lasts.</summary>
public static class AuthorisationTerms
{
    /// <summary>365 days for the authorisation.</summary>
    public static TimeSpan Whole { get; } = TimeSpan.FromDays(365);

    /// <summary>30 days for sensitive scopes.</summary>
    public static TimeSpan Sensitive { get; } = TimeSpan.FromDays(30);

    /// <summary>When warnings are due before an end, in hours, the earliest first.</summary>
    public static ImmutableArray<int> WarningHours { get; } = [72, 48, 24];
}

using System.Globalization;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Marketplace.Sellers;

namespace Marketplace;

/// <summary>
/// Builds all grain keys. Each has a prefix that no hexadecimal number starts with, because a store that parses keys as numbers merges
/// <c>020235</c> and <c>20235</c>.
/// </summary>
public static class GrainKeys
{
    public static string Of(InstallationId installation) => $"installation/{installation}";

    public static string Quota(InstallationId installation) => $"quota/{installation}";

    public static string Diagnosis(InstallationId installation) => $"diagnosis/{installation}";

    /// <summary>One installation's settled calls by operation and day.</summary>
    public static string UsageStatistics(InstallationId installation) => $"usage-statistics/{installation}";

    /// <summary>The holds of one installation.</summary>
    public static string Risk(InstallationId installation) => $"risk/{installation}";

    /// <summary>The risk rules, a singleton.</summary>
    public static string RiskRules() => "risk-rules/all";

    /// <summary>The last diagnoses of an installation.</summary>
    public static string Sessions(InstallationId installation) => $"sessions/{installation}";

    /// <summary>The error log of an installation's calls.</summary>
    public static string Errors(InstallationId installation) => $"errors/{installation}";

    /// <summary>The problems that a caller received outside the calls of an installation.</summary>
    /// <param name="caller"><c>plugin/S/P</c>, <c>seller/S</c> or <c>client/C</c>.</param>
    public static string ReceivedErrors(string caller) => $"errors-received/{caller}";

    /// <summary>The list of all plugins.</summary>
    public static string Plugins() => "plugins/all";

    /// <summary>Searches of the catalogue.</summary>
    public static string Catalogue() => "catalogue/all";

    /// <summary>The writer of the catalogue, a singleton.</summary>
    public static string CatalogueProjection() => "catalogue-projection/all";

    /// <summary>The schema versions, a singleton.</summary>
    public static string Schema() => "schema/all";

    /// <summary>One of several subscribers that share the facts of all entities, or the stream that it reads.</summary>
    public static string Shard(int number) => string.Create(CultureInfo.InvariantCulture, $"shard/{number}");

    public static string Of(SellerId seller) => $"seller/{seller}";

    public static string Of(PluginId plugin) => $"plugin/{plugin}";

    public static string Of(DeveloperId developer) => $"developer/{developer}";

    /// <summary>One plugin's listing with its versions and reviews.</summary>
    public static string Listing(PluginId plugin) => $"listing/{plugin}";

    /// <summary>Manifest and report of one version.</summary>
    public static string PluginVersion(PluginId plugin, string hash) => $"plugin-version/{plugin}/{hash}";

    /// <summary>The sandbox rounds of one version.</summary>
    public static string Rounds(PluginId plugin, string version) => $"rounds/{plugin}/{version}";

    /// <summary>The register of actions against developers and plugins, a singleton.</summary>
    public static string Enforcement() => "enforcement/all";

    /// <summary>One policy of the marketplace.</summary>
    public static string Policy(string name) => $"policy/{name}";

    /// <summary>One index of entities with a pending decision.</summary>
    public static string WorkQueue(string name) => $"work-queue/{name}";

    public static string Of(Licence licence) => $"enterprise/{licence}";

    /// <summary>One seller's feed.</summary>
    public static string Feed(SellerId seller) => $"feed/{seller}";

    /// <summary>One installation's deliveries.</summary>
    public static string Delivery(InstallationId installation) => $"delivery/{installation}";

    /// <summary>One plugin's endpoint for all its installations.</summary>
    public static string PluginWebhook(PluginId plugin) => $"plugin-webhook/{plugin}";

    /// <summary>One parcel label of a seller.</summary>
    public static string Label(SellerId seller, string label) => $"label/{seller}/{label}";

    /// <summary>Findings against one plugin.</summary>
    public static string Conduct(PluginId plugin) => $"conduct/{plugin}";

    /// <summary>Gathers the evidence of an installation's orders.</summary>
    public static string Evidence(InstallationId installation) => $"evidence/{installation}";

    /// <summary>One claim of a seller.</summary>
    public static string Claim(SellerId seller, string claim) => $"claim/{seller}/{claim}";

    /// <summary>The index of a seller's claims.</summary>
    public static string Claims(SellerId seller) => $"claims/{seller}";

    /// <summary>One seller's bill of one month.</summary>
    public static string Bill(SellerId seller, DateOnly month) => FormattableString.Invariant($"bill/{seller}/{month:yyyy-MM}");

    /// <summary>One seller's account: closed months, adjustments, disputes.</summary>
    public static string Billing(SellerId seller) => $"billing/{seller}";

    /// <summary>The document of one closed bill.</summary>
    public static string Statement(SellerId seller, DateOnly month) => FormattableString.Invariant($"statement/{seller}/{month:yyyy-MM}");

    /// <summary>One seller's subscription of an add-on.</summary>
    public static string Subscription(InstallationId installation, string addOn) => $"subscription/{installation}/{addOn}";

    /// <summary>A developer's revenue.</summary>
    public static string Revenue(DeveloperId developer) => $"revenue/{developer}";

    /// <summary>The usage alerts of one installation.</summary>
    public static string UsageAlerts(InstallationId installation) => $"usage/{installation}";

    /// <summary>Which usage alerts a seller gets.</summary>
    public static string NotificationSettings(SellerId seller) => $"notification-settings/{seller}";

    /// <summary>One OAuth client.</summary>
    public static string Client(string clientId) => $"client/{clientId}";

    /// <summary>The id encoded after the prefix.</summary>
    /// <exception cref="FormatException">The key has no prefix or contains no such id.</exception>
    public static T Parse<T>(string key)
        where T : IParsable<T> => T.Parse(key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..], null);
}

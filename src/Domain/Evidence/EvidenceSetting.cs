using System.Collections.Immutable;
using Marketplace.Installations;
using Marketplace.Journal;

namespace Marketplace.Evidence;

/// <summary>The seller's settings from one fact of the installation until the next.</summary>
/// <param name="Version">The fact's number in the journal.</param>
/// <param name="At">Since when.</param>
/// <param name="Fact">The fact's type.</param>
/// <param name="FactHash">The fact's hash, to find it in the journal.</param>
/// <param name="Phase">The installation's phase, see <see cref="InstallationStates.NameOf"/>.</param>
/// <param name="Scopes">The granted scopes, sorted.</param>
/// <param name="SyncWindowHours">How far back orders are visible; null for all.</param>
/// <param name="Until">When the authorisation expires; null without a consent.</param>
public sealed record EvidenceSetting(
    long Version,
    DateTimeOffset At,
    string Fact,
    string FactHash,
    string Phase,
    ImmutableArray<string> Scopes,
    int? SyncWindowHours,
    DateTimeOffset? Until
);

/// <summary>The history of the settings, folded from the installation's facts, and the settings at an instant.</summary>
public static class EvidenceSettings
{
    /// <summary>The name of the phase in which deliveries run.</summary>
    public const string Running = "running";

    private const string Expired = "authorisation-expired";

    /// <summary>The facts that changed phase, scopes or window, in order.</summary>
    /// <param name="facts">All facts of the installation, in order.</param>
    public static ImmutableArray<EvidenceSetting> Of(IEnumerable<JournalFact> facts)
    {
        var settings = ImmutableArray.CreateBuilder<EvidenceSetting>();
        Installation? state = null;
        foreach (var fact in facts)
        {
            state = Installation.Evolve(state, InstallationEvent.Decode(fact.Type, fact.Payload), fact.At, fact.Actor);
            var next = Of(state, fact);
            if (settings.Count == 0 || Differ(settings[^1], next))
            {
                settings.Add(next);
            }
        }

        return settings.ToImmutable();
    }

    /// <summary>The settings at an instant; null before the first enabling.</summary>
    public static EvidenceSetting? At(this ImmutableArray<EvidenceSetting> settings, DateTimeOffset instant) =>
        settings.LastOrDefault(setting => setting.At <= instant);

    /// <summary>
    /// The phase at an instant, including the expiry of the authorisation; <c>awaiting-consent</c> before the first enabling.
    /// </summary>
    public static string PhaseAt(this ImmutableArray<EvidenceSetting> settings, DateTimeOffset instant) =>
        settings.At(instant) switch
        {
            null => "awaiting-consent",
            { Phase: Running or "paused" or "awaiting-entity", Until: { } until } when instant >= until => Expired,
            var setting => setting.Phase,
        };

    /// <summary>The periods within a range in which deliveries did not run, with their phase; in order.</summary>
    public static IEnumerable<(DateTimeOffset From, DateTimeOffset To, string Phase)> Stops(
        this ImmutableArray<EvidenceSetting> settings,
        DateTimeOffset from,
        DateTimeOffset to
    )
    {
        // A phase changes with a fact, or when an authorisation expires.
        var edges = settings
            .SelectMany(setting => new[] { setting.At, setting.Until ?? setting.At })
            .Append(from)
            .Append(to)
            .Where(edge => edge >= from && edge <= to)
            .Distinct()
            .Order()
            .ToArray();
        for (var i = 0; i + 1 < edges.Length; i++)
        {
            if (settings.PhaseAt(edges[i]) is var phase and not Running)
            {
                yield return (edges[i], edges[i + 1], phase);
            }
        }
    }

    private static EvidenceSetting Of(Installation state, JournalFact fact) =>
        new(
            fact.Version,
            fact.At,
            fact.Type,
            Convert.ToHexStringLower(fact.Hash.Span),
            InstallationStates.NameOf(state.PhaseAt(fact.At)),
            [.. state.GrantsAt(fact.At).Order(StringComparer.Ordinal)],
            state.SyncWindowHours,
            state.Consent?.ExpiresAt is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until.ToUnixTimeMilliseconds()) : null
        );

    private static bool Differ(EvidenceSetting before, EvidenceSetting after) =>
        before.Phase != after.Phase
        || before.SyncWindowHours != after.SyncWindowHours
        || before.Until != after.Until
        || !before.Scopes.SequenceEqual(after.Scopes);
}

using System.Collections.Immutable;
using Marketplace.Installations;

namespace Marketplace.Diagnostics;

/// <summary>
/// The last diagnoses of one installation (snapshot, written behind within a second) and their outcomes (logged, entity
/// <c>diagnosis/{seller}/{plugin}</c>). Key: <c>sessions/{seller}/{plugin}</c>.
/// </summary>
[GrainInterfaceType("diagnosis-session"), Alias("mp.grain.diagnosis-session")]
public interface IDiagnosisSessionGrain : IGrainWithStringKey
{
    /// <summary>Stores a diagnosis, dropping the oldest if full.</summary>
    [Alias("keep")]
    Task Keep(Diagnosis diagnosis, CancellationToken cancellationToken);

    /// <summary>A stored diagnosis, or null.</summary>
    [Alias("find")]
    Task<Diagnosis?> Find(string id, CancellationToken cancellationToken);

    /// <summary>The stored diagnoses with their outcomes, newest first.</summary>
    [Alias("list")]
    Task<ImmutableArray<PastDiagnosis>> List(CancellationToken cancellationToken);

    /// <summary>
    /// Records the outcome of a stored diagnosis; returns after it is durable. A repeat of the operation id changes nothing.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The change is unconfirmed; repeat with the same operation id.</exception>
    [Alias("tell")]
    Task<Outcome<DiagnosisOutcome>> ReportOutcome(string id, DiagnosisOutcome outcome, Initiator by, CancellationToken cancellationToken);
}

/// <summary>
/// Sums up outcomes of diagnoses (R60); snapshot. Each installation sends its own figures as a whole, so that repeats change nothing. Key:
/// <c>outcomes/{shard}</c>, see <see cref="OutcomeShards"/>.
/// </summary>
[GrainInterfaceType("diagnosis-outcomes"), Alias("mp.grain.diagnosis-outcomes")]
public interface IDiagnosisOutcomesGrain : IGrainWithStringKey
{
    /// <summary>Replaces an installation's figures.</summary>
    [Alias("replace")]
    Task Replace(InstallationId installation, OutcomeFigures figures, CancellationToken cancellationToken);

    /// <summary>The sum over the shard's installations.</summary>
    [Alias("sum")]
    Task<OutcomeFigures> Sum(CancellationToken cancellationToken);
}

/// <summary>Spreads the figures over a few grains, so that none of them has to hold all installations.</summary>
public static class OutcomeShards
{
    public const int Count = 16;

    public static IEnumerable<string> Keys => Enumerable.Range(0, Count).Select(Key);

    public static string KeyOf(InstallationId installation)
    {
        // string.GetHashCode differs from process to process.
        var hash = 2_166_136_261u;
        foreach (var character in installation.ToString())
        {
            hash = unchecked((hash ^ character) * 16_777_619);
        }

        return Key((int)(hash % Count));
    }

    private static string Key(int shard) => FormattableString.Invariant($"outcomes/shard-{shard}");
}

namespace Marketplace.Diagnostics;

/// <summary>
/// Diagnoses one installation from its grains' memory; volatile. Needs no store, because it must work during an outage. Not counted, not
/// billed. Key: <c>diagnosis/{seller}/{plugin}</c>.
/// </summary>
[GrainInterfaceType("diagnosis"), Alias("mp.grain.diagnosis")]
public interface IDiagnosisGrain : IGrainWithStringKey
{
    /// <summary>Runs all checks; null for an unknown installation.</summary>
    [Alias("run")]
    Task<Diagnosis?> Run(CancellationToken cancellationToken);

    /// <summary>Runs all checks and yields each once evaluated, then the result; empty for an unknown installation.</summary>
    [Alias("watch")]
    IAsyncEnumerable<DiagnosisStep> Watch(CancellationToken cancellationToken);
}

namespace Marketplace.Diagnostics;

/// <summary>
/// Diagnoses one installation from what its grains hold in memory; volatile. Needs no store, for it must also work while one is away.
/// Not counted, not billed. Key: <c>diagnosis/{seller}/{plugin}</c>.
/// </summary>
[GrainInterfaceType("diagnosis")]
public interface IDiagnosisGrain : IGrainWithStringKey
{
    /// <summary>Looks at everything; null if there is no such installation.</summary>
    [Alias("run")]
    Task<Diagnosis?> Run(CancellationToken cancellationToken);

    /// <summary>
    /// Looks at everything and tells each check as it was evaluated, then the result; nothing if there is no such installation.
    /// </summary>
    [Alias("watch")]
    IAsyncEnumerable<DiagnosisStep> Watch(CancellationToken cancellationToken);
}

namespace Marketplace.Diagnostics;

/// <summary>Diagnoses one installation from what its grains hold in memory; volatile. Key: <c>diagnosis/{seller}/{plugin}</c>.</summary>
[GrainInterfaceType("diagnosis")]
public interface IDiagnosisGrain : IGrainWithStringKey
{
    /// <summary>Looks at everything; null if there is no such installation. Not counted, not billed.</summary>
    [Alias("run")]
    Task<Diagnosis?> Run(CancellationToken cancellationToken);
}

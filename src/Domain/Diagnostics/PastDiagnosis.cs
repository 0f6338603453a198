namespace Marketplace.Diagnostics;

/// <summary>A stored diagnosis with what its seller said of it.</summary>
/// <param name="Diagnosis">The diagnosis.</param>
/// <param name="Outcome">The last reported outcome; null if there is none.</param>
/// <param name="ReportedAt">When that was reported.</param>
[GenerateSerializer, Immutable, Alias("mp.diagnostics.past-diagnosis")]
public sealed record PastDiagnosis(
    [property: Id(0)] Diagnosis Diagnosis,
    [property: Id(1)] DiagnosisOutcome? Outcome,
    [property: Id(2)] DateTimeOffset? ReportedAt
);

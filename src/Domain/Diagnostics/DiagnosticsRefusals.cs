namespace Marketplace.Diagnostics;

/// <summary>The refusals of diagnosis, error logs and incidents.</summary>
public static class DiagnosticsRefusals
{
    public const string DiagnosisNotFound = "diagnosis-not-found";
    public const string ErrorLogNotFound = "error-log-not-found";
    public const string IncidentNotFound = "incident-not-found";
    public const string IncidentLimit = "incident-limit";
    public const string OutcomeInvalid = "outcome-invalid";

    public static Refusal NoDiagnosis() =>
        new(
            DiagnosisNotFound,
            "There is no such diagnosis of this installation any more.",
            "seller",
            "Run the diagnosis again and tell the outcome of that one."
        );

    public static Refusal NoErrorLog() =>
        new(
            ErrorLogNotFound,
            "The installation has no error log with this id, or it has made room for newer ones.",
            "seller",
            "Use an id of the diagnosis' last errors."
        );

    public static Refusal NoIncident() =>
        new(IncidentNotFound, "There is no such incident.", "platform", "Use an id of the list of incidents.");

    public static Refusal TooManyIncidents(int limit) =>
        new(IncidentLimit, $"At most {limit} incidents can be open at once.", "platform", "Resolve an incident first.")
        {
            Counter = "incidents",
            Limit = limit,
            Used = limit,
        };

    public static Refusal UnknownCause(string cause) =>
        new(
            OutcomeInvalid,
            "The cause is none of the diagnosis' findings.",
            "seller",
            "Name the code of a finding, or leave the cause out."
        )
        {
            Evidence = RefusalFact.All(RefusalFacts.Cause.Of(cause)),
        };
}

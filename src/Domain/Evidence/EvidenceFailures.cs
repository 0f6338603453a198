using Marketplace.Deliveries;

namespace Marketplace.Evidence;

/// <summary>From the code of a failed attempt to the cause behind it.</summary>
internal static class EvidenceFailures
{
    private const int TooManyRequests = 429;
    private const int RequestTimeout = 408;

    /// <summary>The cause of an attempt that failed or was put off.</summary>
    public static string CauseOf(DeliveryEntry entry) =>
        entry.Outcome is DeliveryOutcome.Throttled ? EvidenceCauses.EndpointThrottles : CauseOf(entry.Reason, entry.Status);

    /// <summary>The cause of a failed attempt.</summary>
    /// <param name="error">A code of <see cref="SendErrors"/>; null if it is not known.</param>
    /// <param name="status">The answer's HTTP status, if there was an answer.</param>
    public static string CauseOf(string? error, int? status) =>
        error switch
        {
            SendErrors.Internal => EvidenceCauses.InternalError,
            SendErrors.Gone => EvidenceCauses.EndpointGone,
            SendErrors.Redirect => EvidenceCauses.EndpointRedirects,
            SendErrors.ForbiddenAddress => EvidenceCauses.EndpointForbidden,
            SendErrors.Timeout => EvidenceCauses.ReceiverTimeout,
            SendErrors.Unreachable => EvidenceCauses.ReceiverUnreachable,
            SendErrors.Tls => EvidenceCauses.ReceiverTls,
            SendErrors.NoName => EvidenceCauses.ReceiverNameNotFound,
            SendErrors.BadAnswer => EvidenceCauses.ReceiverBadAnswer,

            // Asking for less or later says nothing of how the plugin is set up; every other 4xx does.
            _ => status is >= 400 and < 500 and not (TooManyRequests or RequestTimeout)
                ? EvidenceCauses.EndpointRejects
                : EvidenceCauses.ReceiverError,
        };

    /// <summary>The cause of a phase in which nothing is delivered.</summary>
    public static string CauseOfPhase(string phase) =>
        phase switch
        {
            "paused" => EvidenceCauses.PausedBySeller,
            "disabled" => EvidenceCauses.DisabledBySeller,
            "suspended" => EvidenceCauses.SuspendedByPlatform,
            "authorisation-expired" => EvidenceCauses.AuthorisationExpired,
            "awaiting-entity" => EvidenceCauses.EntityUnverified,
            _ => EvidenceCauses.ConsentMissing,
        };
}

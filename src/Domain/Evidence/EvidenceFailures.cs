using Marketplace.Deliveries;

namespace Marketplace.Evidence;

/// <summary>Maps the code of a failed attempt to its cause.</summary>
internal static class EvidenceFailures
{
    private const int TooManyRequests = 429;
    private const int RequestTimeout = 408;

    /// <summary>The cause of an attempt that failed or was postponed.</summary>
    public static string CauseOf(DeliveryEntry entry) =>
        entry.Outcome is DeliveryOutcome.Throttled ? EvidenceCauses.EndpointThrottles : CauseOf(entry.Reason, entry.Status);

    /// <summary>The cause of a failed attempt.</summary>
    /// <param name="error">A code of <see cref="SendErrors"/>; null if unknown.</param>
    /// <param name="status">HTTP status of the answer, if there was one.</param>
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

            // Throttling says nothing about the plugin's configuration; every other 4xx does.
            _ => status is >= 400 and < 500 and not (TooManyRequests or RequestTimeout)
                ? EvidenceCauses.EndpointRejects
                : EvidenceCauses.ReceiverError,
        };

    /// <summary>The cause of a phase without deliveries.</summary>
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

using System.Collections.Immutable;

namespace Marketplace.Diagnostics;

/// <summary>
/// Orders findings by how likely they cause what the seller sees. First, findings that stop every call, then those that stop some, then
/// those that only threaten or advise. Next, those that explain the newest error; then those that explain a larger share of the last
/// <see cref="Window"/> errors. Last, the order of the checks, which is the order in which a call is judged, so that a cause precedes its
/// effects.
/// </summary>
public static class Likelihood
{
    /// <summary>Number of newest errors considered.</summary>
    public const int Window = 10;

    /// <param name="findings">In the order of the checks.</param>
    /// <param name="errors">Newest first.</param>
    public static ImmutableArray<Finding> Order(IEnumerable<Finding> findings, IReadOnlyList<ErrorEntry> errors)
    {
        ArgumentNullException.ThrowIfNull(findings);
        ArgumentNullException.ThrowIfNull(errors);
        var newest = errors.Take(Window).ToArray();
        return
        [
            .. findings
                .OrderByDescending(finding => finding.Force)
                .ThenByDescending(finding => newest.Length > 0 && finding.Explains(newest[0]))
                .ThenByDescending(finding => newest.Count(finding.Explains)),
        ];
    }
}

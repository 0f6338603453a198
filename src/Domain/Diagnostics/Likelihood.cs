using System.Collections.Immutable;

namespace Marketplace.Diagnostics;

/// <summary>
/// Which finding is the likeliest cause of what the seller sees. In this order:
/// what stops every call before what stops some, before what only threatens or advises; then what explains the newest error; then what
/// explains the larger share of the last <see cref="Window"/> errors; then the order of the checks, which is the order in which a
/// call is judged, so that a cause stands before its effects.
/// </summary>
public static class Likelihood
{
    /// <summary>So many of the newest errors are looked at.</summary>
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

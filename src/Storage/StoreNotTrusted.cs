using Marketplace.Journal;

namespace Marketplace.Storage;

/// <summary>
/// Stops the start on an inconsistent store: serving from it would send, bill or lose what another part records differently.
/// </summary>
internal static class StoreNotTrusted
{
    /// <exception cref="StartRefusedException">There are findings; the message names the first.</exception>
    public static void ThrowIfAny(IReadOnlyCollection<Finding> findings, string store)
    {
        if (findings.Count > 0)
        {
            var more = findings.Count > 1 ? FormattableString.Invariant($" and {findings.Count - 1} more findings") : string.Empty;
            throw new StartRefusedException(
                $"the store {store} cannot be trusted: {findings.First()}{more}. Restore a whole backup (admin restore "
                    + $"<folder>); the offline tool's verify lists everything.",
                StartRefusedException.StoreNotTrusted
            );
        }
    }
}

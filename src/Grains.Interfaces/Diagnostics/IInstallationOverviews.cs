using System.Collections.Immutable;
using Marketplace.Deliveries;
using Marketplace.Installations;
using Marketplace.Quotas;

namespace Marketplace.Diagnostics;

/// <summary>
/// Reads many installations of one seller for a table: what is wrong with each, how far its deliveries are. Asks counters and rows, and
/// wakes a grain only where those say that something is under way.
/// </summary>
public interface IInstallationOverviews
{
    /// <summary>The installations that exist, in the given order.</summary>
    /// <exception cref="StoreUnavailableException">A store does not answer.</exception>
    Task<IReadOnlyList<InstallationOverview>> Read(IReadOnlyList<InstallationId> installations, CancellationToken cancellationToken);
}

/// <summary>One line of the table; made and read in one process.</summary>
/// <param name="Installation">The installation.</param>
/// <param name="Problems">What stops it or will, the worst first.</param>
/// <param name="Lag">How long the oldest owed event has been waiting; zero if none is; null if it uses no events.</param>
/// <param name="Today">Today's figures of its deliveries; null without any.</param>
/// <param name="LastError">The last refused or failed call that its counter remembers; null if no counter runs.</param>
public sealed record InstallationOverview(
    InstallationAnswer Installation,
    ImmutableArray<OpenProblem> Problems,
    TimeSpan? Lag,
    DeliveryFigures? Today,
    CallError? LastError
);

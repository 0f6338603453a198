using System.Collections.Immutable;
using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Diagnostics;

/// <summary>
/// The last errors of one installation's calls by error-log id; snapshot, written behind within about a second: a crash loses at most that
/// second's errors. Key: <c>errors/{seller}/{plugin}</c>; and <c>errors-received/{caller}</c> for problems that a caller received
/// elsewhere.
/// </summary>
[GrainInterfaceType("error-log"), Alias("mp.grain.error-log")]
public interface IErrorLogGrain : IGrainWithStringKey
{
    /// <summary>Adds errors, oldest first. Returns before they are durable.</summary>
    [Alias("add")]
    Task Add(ImmutableArray<ErrorEntry> errors);

    /// <summary>One error in full, or null.</summary>
    [Alias("find"), ReadOnly]
    Task<ErrorEntry?> Find(UInt128 callId, CancellationToken cancellationToken);

    /// <summary>The newest errors, newest first.</summary>
    [Alias("newest"), ReadOnly]
    Task<ImmutableArray<ErrorEntry>> Newest(int count, CancellationToken cancellationToken);

    /// <summary>A page of the errors, newest first; see <see cref="ErrorHistory.Page"/>.</summary>
    [Alias("page"), ReadOnly]
    Task<ImmutableArray<ErrorEntry>> List(ErrorFilter filter, UInt128? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Number of errors by code in the whole minutes after an instant of the last hour, including those that no longer fit into the log.
    /// </summary>
    [Alias("count-since"), ReadOnly]
    Task<ImmutableSortedDictionary<string, long>> CountSince(DateTimeOffset from, CancellationToken cancellationToken);

    /// <summary>Number of errors in each of the last <see cref="ErrorDays.Kept"/> days of business that have any, oldest first.</summary>
    [Alias("count-days"), ReadOnly]
    Task<ImmutableArray<DayErrorCount>> CountDays(CancellationToken cancellationToken);
}

/// <summary>
/// Takes errors off the call path: they are queued in memory and passed to their error logs a little later. When the queue is full the
/// error is dropped and counted; its id is still in the host's log.
/// </summary>
public interface IErrorSink
{
    /// <summary>Queues an error, stamped by the grains' clock.</summary>
    void Add(InstallationId installation, ErrorEntry error);

    /// <summary>Queues a problem that a caller received outside the calls of an installation.</summary>
    /// <param name="caller">See <see cref="GrainKeys.ReceivedErrors"/>.</param>
    /// <param name="error">The problem.</param>
    void AddReceived(string caller, ErrorEntry error);
}

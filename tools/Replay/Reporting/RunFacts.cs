using Marketplace.Replay.Dataset;
using Marketplace.Replay.Events;
using Marketplace.Replay.Http;
using Marketplace.Replay.Plugin;

namespace Marketplace.Replay.Reporting;

/// <summary>The results of a run to report.</summary>
internal sealed record RunFacts(
    IDataset Dataset,
    string Plugin,
    EventCounts Events,
    CallStats Calls,
    IReadOnlyList<SellerResult> Sellers,
    TimeSpan Took
);

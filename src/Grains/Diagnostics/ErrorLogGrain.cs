using System.Collections.Immutable;
using Marketplace.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Diagnostics;

/// <summary>The stored form of an error log: the entries, oldest first, and their total number.</summary>
[GenerateSerializer, Alias("mp.diagnostics.error-log-state")]
public sealed class ErrorLogState
{
    [Id(0)]
    public List<StoredError> Entries { get; set; } = [];

    /// <summary>The last hour's errors by minute and code.</summary>
    [Id(1)]
    public List<MinuteErrors> Minutes { get; set; } = [];

    /// <summary>The errors of the last days.</summary>
    [Id(2)]
    public List<DayErrorCount> Days { get; set; } = [];
}

[GrainType("error-log")]
internal sealed class ErrorLogGrain : Grain, IErrorLogGrain
{
    private readonly IPersistentState<ErrorLogState> _state;
    private readonly WriteBehind<ErrorLogState> _written;
    private readonly MarketCalendar _calendar;
    private readonly TimeProvider _time;
    private ErrorHistory _history = new([]);
    private ErrorTally _tally = new([]);
    private ErrorDays _days = new([]);

    public ErrorLogGrain(
        [PersistentState("errors")] IPersistentState<ErrorLogState> state,
        ILogger<ErrorLogGrain> logger,
        MarketCalendar calendar,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time
    )
    {
        (_calendar, _time) = (calendar, time);
        _state = state;
        _written = new WriteBehind<ErrorLogState>(this, state, Fill, logger);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _history = new ErrorHistory(_state.State.Entries.Select(stored => stored.ToEntry()));
        _tally = new ErrorTally(_state.State.Minutes);
        _days = new ErrorDays(_state.State.Days);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _written.End();

    public Task Add(ImmutableArray<ErrorEntry> errors)
    {
        foreach (var error in errors)
        {
            if (_history.Add(error))
            {
                _tally.Add(error, _time.GetUtcNow());
                _days.Add(_calendar.DayOf(error.At));
                _written.Changed();
            }
        }

        return Task.CompletedTask;
    }

    public Task<ErrorEntry?> Find(UInt128 callId, CancellationToken cancellationToken) => Task.FromResult(_history.Find(callId));

    public Task<ImmutableArray<ErrorEntry>> Newest(int count, CancellationToken cancellationToken) =>
        Task.FromResult(_history.Newest(count));

    public Task<ImmutableArray<ErrorEntry>> List(ErrorFilter filter, UInt128? after, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(_history.Page(filter, after, limit));

    public Task<ImmutableSortedDictionary<string, long>> CountSince(DateTimeOffset from, CancellationToken cancellationToken) =>
        Task.FromResult(_tally.Since(from));

    public Task<ImmutableArray<DayErrorCount>> CountDays(CancellationToken cancellationToken) =>
        Task.FromResult<ImmutableArray<DayErrorCount>>([.. _days.All]);

    private void Fill(ErrorLogState stored)
    {
        stored.Entries = [.. _history.OldestFirst().Select(StoredError.Of)];
        stored.Minutes = [.. _tally.Minutes()];
        stored.Days = [.. _days.All];
    }
}

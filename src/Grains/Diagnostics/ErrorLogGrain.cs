using System.Collections.Immutable;
using Marketplace.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Diagnostics;

/// <summary>The stored form of an error log: the entries, oldest first.</summary>
[GenerateSerializer, Alias("mp.diagnostics.error-log-state")]
public sealed class ErrorLogState
{
    [Id(0)] public List<StoredError> Entries { get; set; } = [];
}

[GrainType("error-log")]
internal sealed class ErrorLogGrain : Grain, IErrorLogGrain
{
    private readonly IPersistentState<ErrorLogState> _state;
    private readonly WriteBehind<ErrorLogState> _written;
    private ErrorBook _book = new([]);

    public ErrorLogGrain([PersistentState("errors")] IPersistentState<ErrorLogState> state, ILogger<ErrorLogGrain> logger)
    {
        _state = state;
        _written = new WriteBehind<ErrorLogState>(this, state, stored => stored.Entries = [.. _book.OldestFirst().Select(StoredError.Of)], logger);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _book = new ErrorBook(_state.State.Entries.Select(stored => stored.ToEntry()));
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _written.End();

    public Task Add(ImmutableArray<ErrorEntry> errors)
    {
        foreach (var error in errors)
        {
            if (_book.Add(error))
            {
                _written.Changed();
            }
        }

        return Task.CompletedTask;
    }

    public Task<ErrorEntry?> Find(UInt128 callId, CancellationToken cancellationToken) => Task.FromResult(_book.Find(callId));

    public Task<ImmutableArray<ErrorEntry>> Newest(int count, CancellationToken cancellationToken) => Task.FromResult(_book.Newest(count));
}

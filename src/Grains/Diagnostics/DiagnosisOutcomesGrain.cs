using System.Collections.Immutable;
using Marketplace.Diagnostics;
using Marketplace.Installations;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Diagnostics;

/// <summary>The stored form of a shard: figures by installation.</summary>
[GenerateSerializer, Alias("mp.diagnostics.outcomes-state")]
public sealed class DiagnosisOutcomesState
{
    [Id(0)]
    public Dictionary<string, StoredFigures> Installations { get; set; } = [];
}

/// <summary>An installation's figures as stored.</summary>
[GenerateSerializer, Alias("mp.diagnostics.stored-figures")]
public sealed record StoredFigures(
    [property: Id(0)] long Sessions,
    [property: Id(1)] long WithOutcome,
    [property: Id(2)] long Located,
    [property: Id(3)] long Fixed,
    [property: Id(4)] long WithinFiveMinutes,
    [property: Id(5)] double[] SecondsToLocate,
    [property: Id(6)] Dictionary<string, long> Causes
)
{
    public static StoredFigures Of(OutcomeFigures figures) =>
        new(
            figures.Sessions,
            figures.WithOutcome,
            figures.Located,
            figures.Fixed,
            figures.WithinFiveMinutes,
            [.. figures.SecondsToLocate],
            new Dictionary<string, long>(figures.Causes, StringComparer.Ordinal)
        );

    public OutcomeFigures ToFigures() =>
        new(
            Sessions,
            WithOutcome,
            Located,
            Fixed,
            WithinFiveMinutes,
            [.. SecondsToLocate],
            Causes.ToImmutableSortedDictionary(StringComparer.Ordinal)
        );
}

[GrainType("diagnosis-outcomes")]
internal sealed class DiagnosisOutcomesGrain : Grain, IDiagnosisOutcomesGrain
{
    private readonly IPersistentState<DiagnosisOutcomesState> _state;
    private readonly WriteBehind<DiagnosisOutcomesState> _written;
    private readonly Dictionary<string, OutcomeFigures> _installations = new(StringComparer.Ordinal);

    public DiagnosisOutcomesGrain(
        [PersistentState("outcomes")] IPersistentState<DiagnosisOutcomesState> state,
        ILogger<DiagnosisOutcomesGrain> logger
    )
    {
        _state = state;
        _written = new WriteBehind<DiagnosisOutcomesState>(this, state, Fill, logger);
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        foreach (var (installation, figures) in _state.State.Installations)
        {
            _installations[installation] = figures.ToFigures();
        }

        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _written.End();

    public Task Replace(InstallationId installation, OutcomeFigures figures, CancellationToken cancellationToken)
    {
        _installations[installation.ToString()] = figures;
        _written.Changed();
        return Task.CompletedTask;
    }

    public Task<OutcomeFigures> Sum(CancellationToken cancellationToken) =>
        Task.FromResult(_installations.Values.Aggregate(OutcomeFigures.None, (sum, figures) => sum.Plus(figures)));

    private void Fill(DiagnosisOutcomesState stored) =>
        stored.Installations = _installations.ToDictionary(
            entry => entry.Key,
            entry => StoredFigures.Of(entry.Value),
            StringComparer.Ordinal
        );
}

using System.Collections.Immutable;
using Marketplace.Diagnostics;
using Marketplace.Grains.EventSourcing;
using Marketplace.Grains.Ports;
using Marketplace.Installations;
using Marketplace.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Diagnostics;

/// <summary>The stored form of an installation's diagnoses.</summary>
[GenerateSerializer, Alias("mp.diagnostics.sessions-state")]
public sealed class DiagnosisSessionsState
{
    /// <summary>Number of diagnoses run, stored or not.</summary>
    [Id(0)]
    public long Count { get; set; }

    /// <summary>The last ones, oldest first, in their wire format as base64: their shape is the wire's, not the store's.</summary>
    [Id(1)]
    public List<string> Kept { get; set; } = [];
}

/// <summary>
/// Stores results by snapshot and outcomes by journal. The installation's figures are the fold of its facts and the number of its sessions;
/// they are sent to their shard as a whole whenever they change or the grain starts.
/// </summary>
[GrainType("diagnosis-session")]
internal sealed class DiagnosisSessionGrain : Grain, IDiagnosisSessionGrain
{
    /// <summary>Diagnoses stored.</summary>
    public const int Capacity = 20;

    private readonly IPersistentState<DiagnosisSessionsState> _state;
    private readonly Orleans.Serialization.Serializer<Diagnosis> _serializer;
    private readonly WriteBehind<DiagnosisSessionsState> _written;
    private readonly EventSourcedEntity<Outcomes> _outcomes;
    private readonly List<Diagnosis> _kept = [];
    private readonly InstallationId _id;
    private long _sessions;

    public DiagnosisSessionGrain(
        [PersistentState("sessions")] IPersistentState<DiagnosisSessionsState> state,
        IGrainContext context,
        IJournal journal,
        Orleans.Serialization.Serializer<Diagnosis> serializer,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
        ILogger<DiagnosisSessionGrain> logger
    )
    {
        (_state, _serializer) = (state, serializer);
        _id = GrainKeys.Parse<InstallationId>(context.GrainId.Key.ToString()!);
        _outcomes = new EventSourcedEntity<Outcomes>(
            journal,
            GrainKeys.Diagnosis(_id),
            time,
            _ => DeactivateOnIdle(),
            Outcomes.None,
            static (outcomes, fact) => outcomes.Evolve(fact)
        );
        _written = new WriteBehind<DiagnosisSessionsState>(this, state, Fill, logger);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _sessions = _state.State.Count;
        _kept.AddRange(_state.State.Kept.Select(text => _serializer.Deserialize(Convert.FromBase64String(text))).OfType<Diagnosis>());
        await _outcomes.Load(cancellationToken);
        Report();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _written.End();

    public Task Keep(Diagnosis diagnosis, CancellationToken cancellationToken)
    {
        _kept.Add(diagnosis);
        if (_kept.Count > Capacity)
        {
            _kept.RemoveAt(0);
        }

        _sessions++;
        _written.Changed();
        Report();
        return Task.CompletedTask;
    }

    public Task<Diagnosis?> Find(string id, CancellationToken cancellationToken) =>
        Task.FromResult(_kept.Find(diagnosis => diagnosis.Id == id));

    public Task<ImmutableArray<PastDiagnosis>> List(CancellationToken cancellationToken) =>
        Task.FromResult(_kept.AsEnumerable().Reverse().Select(Past).ToImmutableArray());

    public async Task<Outcome<DiagnosisOutcome>> ReportOutcome(
        string id,
        DiagnosisOutcome outcome,
        Initiator by,
        CancellationToken cancellationToken
    )
    {
        var command = new RecordOutcome(id, outcome);
        var done = await _outcomes.Execute(
            by,
            new EntityCommand<Outcomes, OutcomeReported> { Decide = _ => Decide(command), Fingerprint = command.Fingerprint },
            cancellationToken
        );
        if (done.Refusal is { } refusal)
        {
            return refusal;
        }

        Report();
        return outcome;
    }

    private PastDiagnosis Past(Diagnosis diagnosis) =>
        _outcomes.State.ByDiagnosis.TryGetValue(diagnosis.Id, out var told)
            ? new(diagnosis, new DiagnosisOutcome(told.Outcome.Located, told.Outcome.Cause, told.Outcome.Fixed), told.At)
            : new(diagnosis, null, null);

    private Outcome<ImmutableArray<OutcomeReported>> Decide(RecordOutcome command)
    {
        var (id, outcome) = command;
        if (_kept.Find(kept => kept.Id == id) is not { } diagnosis)
        {
            return DiagnosticsRefusals.NoDiagnosis();
        }

        if (outcome.Cause is { } cause && diagnosis.Findings.All(finding => finding.Code != cause))
        {
            return DiagnosticsRefusals.UnknownCause(cause);
        }

        return ImmutableArray.Create(
            new OutcomeReported(
                id,
                diagnosis.CheckedAt,
                [.. diagnosis.Findings.Select(finding => finding.Code)],
                outcome.Located,
                outcome.Cause,
                outcome.Fixed
            )
        );
    }

    private void Fill(DiagnosisSessionsState stored)
    {
        stored.Count = _sessions;
        stored.Kept = [.. _kept.Select(diagnosis => Convert.ToBase64String(_serializer.SerializeToArray(diagnosis)))];
    }

    // Sent as a whole and again at the next change or start, so losing one is harmless.
    private void Report()
    {
        // Asking for an unknown installation must leave nothing behind.
        var figures = _outcomes.State.Figures with { Sessions = _sessions };
        if (figures.Sessions > 0 || figures.WithOutcome > 0)
        {
            GrainFactory.GetGrain<IDiagnosisOutcomesGrain>(OutcomeShards.KeyOf(_id)).Replace(_id, figures, CancellationToken.None).Ignore();
        }
    }

    /// <summary>The reported outcomes, and their figures without the number of sessions.</summary>
    private sealed record Outcomes(
        OutcomeFigures Figures,
        ImmutableDictionary<string, (OutcomeReported Outcome, DateTimeOffset At)> ByDiagnosis
    )
    {
        public static Outcomes None { get; } =
            new(
                OutcomeFigures.None,
                ImmutableDictionary.Create<string, (OutcomeReported Outcome, DateTimeOffset At)>(StringComparer.Ordinal)
            );

        public Outcomes Evolve(JournalFact fact)
        {
            var reported = OutcomeReported.Decode(fact.Payload);
            return new Outcomes(
                Figures.With(reported, fact.At, ByDiagnosis.TryGetValue(reported.Diagnosis, out var before) ? before : null),
                ByDiagnosis.SetItem(reported.Diagnosis, (reported, fact.At))
            );
        }
    }
}

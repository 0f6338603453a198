using Marketplace.Audit;
using Marketplace.Diagnostics;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Marketplace.Quotas;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Grains.Diagnostics;

/// <summary>The stored form of an installation's diagnoses.</summary>
[GenerateSerializer, Alias("mp.diagnostics.sessions-state")]
public sealed class DiagnosisSessionsState
{
    /// <summary>How many were run, kept or not.</summary>
    [Id(0)] public long Count { get; set; }

    /// <summary>The last ones, oldest first, as the wire form in base64: their shape is the wire's, not the store's.</summary>
    [Id(1)] public List<string> Kept { get; set; } = [];
}

/// <summary>
/// Keeps results by snapshot and outcomes by journal. The figures of the installation are the fold of its facts and the count of
/// its sessions; they are told to their shard as a whole whenever they change or the grain starts.
/// </summary>
[GrainType("diagnosis-session")]
internal sealed class DiagnosisSessionGrain : Grain, IDiagnosisSessionGrain
{
    /// <summary>Diagnoses that are kept.</summary>
    public const int Capacity = 20;

    private readonly IPersistentState<DiagnosisSessionsState> _state;
    private readonly Orleans.Serialization.Serializer<Diagnosis> _serializer;
    private readonly WriteBehind<DiagnosisSessionsState> _written;
    private readonly EntityLog _log;
    private readonly List<Diagnosis> _kept = [];
    private readonly Dictionary<string, OutcomeTold> _done = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (OutcomeTold Told, DateTimeOffset At)> _told = new(StringComparer.Ordinal);
    private readonly InstallationId _id;
    private OutcomeFigures _figures = OutcomeFigures.None;

    public DiagnosisSessionGrain(
        [PersistentState("sessions")] IPersistentState<DiagnosisSessionsState> state,
        IGrainContext context,
        IJournal journal,
        Orleans.Serialization.Serializer<Diagnosis> serializer,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
        ILogger<DiagnosisSessionGrain> logger)
    {
        (_state, _serializer) = (state, serializer);
        _id = GrainKeys.Parse<InstallationId>(context.GrainId.Key.ToString()!);
        _log = new EntityLog(journal, GrainKeys.Diagnosis(_id), time);
        _written = new WriteBehind<DiagnosisSessionsState>(this, state, Fill, logger);
    }

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _figures = _figures with { Sessions = _state.State.Count };
        _kept.AddRange(_state.State.Kept.Select(text => _serializer.Deserialize(Convert.FromBase64String(text))).OfType<Diagnosis>());
        await _log.Load(Fold, cancellationToken);
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

        _figures = _figures with { Sessions = _figures.Sessions + 1 };
        _written.Changed();
        Report();
        return Task.CompletedTask;
    }

    public Task<Diagnosis?> Find(string id, CancellationToken cancellationToken) => Task.FromResult(_kept.Find(diagnosis => diagnosis.Id == id));

    public async Task<Outcome<DiagnosisOutcome>> Tell(string id, DiagnosisOutcome outcome, Initiator by, CancellationToken cancellationToken)
    {
        if (_done.TryGetValue(by.OperationId, out var done))
        {
            return done.Diagnosis == id && OutcomeOf(done) == outcome ? outcome : QuotaRefusals.ReusedKey();
        }

        if (_kept.Find(kept => kept.Id == id) is not { } diagnosis)
        {
            return DiagnosticsRefusals.NoDiagnosis();
        }

        if (outcome.Cause is { } cause && diagnosis.Findings.All(finding => finding.Code != cause))
        {
            return DiagnosticsRefusals.UnknownCause(cause);
        }

        var told = new OutcomeTold(
            id, diagnosis.CheckedAt, [.. diagnosis.Findings.Select(finding => finding.Code)], outcome.Located, outcome.Cause, outcome.Fixed);
        await Append(told, by);
        Report();
        return outcome;
    }

    private static DiagnosisOutcome OutcomeOf(OutcomeTold told) => new(told.Located, told.Cause, told.Fixed);

    private async Task Append(OutcomeTold told, Initiator by)
    {
        try
        {
            foreach (var fact in await _log.Append(by, [(OutcomeTold.FactType, told.Encode())]))
            {
                Fold(fact);
            }
        }
        catch (StoreUnavailableException)
        {
            DeactivateOnIdle();
            throw;
        }
    }

    private void Fold(JournalFact fact)
    {
        var told = OutcomeTold.Decode(fact.Payload);
        _figures = _figures.With(told, fact.At, _told.TryGetValue(told.Diagnosis, out var before) ? before : null);
        _told[told.Diagnosis] = (told, fact.At);
        _done[fact.OperationId] = told;
    }

    private void Fill(DiagnosisSessionsState stored)
    {
        stored.Count = _figures.Sessions;
        stored.Kept = [.. _kept.Select(diagnosis => Convert.ToBase64String(_serializer.SerializeToArray(diagnosis)))];
    }

    // Told as a whole and told again at the next change or start, so one that is lost does no harm.
    private void Report()
    {
        // Who asks for what is not there leaves nothing behind.
        if (_figures.Sessions > 0 || _figures.WithOutcome > 0)
        {
            GrainFactory.GetGrain<IDiagnosisOutcomesGrain>(OutcomeShards.KeyOf(_id)).Replace(_id, _figures, CancellationToken.None).Ignore();
        }
    }
}

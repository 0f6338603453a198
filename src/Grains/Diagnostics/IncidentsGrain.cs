using System.Collections.Immutable;
using Marketplace.Audit;
using Marketplace.Diagnostics;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Marketplace.Quotas;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Diagnostics;

[GrainType("incidents")]
internal sealed class IncidentsGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IIncidentsGrain
{
    private readonly Dictionary<string, IncidentEvent> _done = new(StringComparer.Ordinal);
    private EntityLog? _log;
    private IncidentBook _book = IncidentBook.Empty;

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Log.Load(Fold, cancellationToken);

    public async Task<Outcome<Incident>> Execute(IncidentCommand command, Initiator by, CancellationToken cancellationToken)
    {
        if (_done.TryGetValue(by.OperationId, out var done))
        {
            return Repeat(command, done);
        }

        var decision = IncidentBook.Decide(_book, command);
        if (decision.Refusal is { } refusal)
        {
            return refusal;
        }

        if (decision.Value is { } happened)
        {
            await Append(happened, by);
        }

        return _book.Find(IdOf(command))!;
    }

    public Task<ImmutableArray<Incident>> List(CancellationToken cancellationToken) => Task.FromResult<ImmutableArray<Incident>>([.. _book.Incidents.Reverse()]);

    public Task<ImmutableArray<Incident>> GetOpen(CancellationToken cancellationToken) => Task.FromResult(_book.Open);

    private static string IdOf(IncidentCommand command) => command is IncidentCommand.Open open ? open.Id : ((IncidentCommand.Resolve)command).Id;

    /// <summary>The id of an incident is made anew for every request, so the first request's is the one that counts.</summary>
    private Outcome<Incident> Repeat(IncidentCommand command, IncidentEvent done)
    {
        if (done is IncidentEvent.Opened opened && command is IncidentCommand.Open open)
        {
            var same = IncidentBook.EventOf(open with { Id = opened.Id });
            return same.Encode().Span.SequenceEqual(opened.Encode().Span) && _book.Find(opened.Id) is { } first ? first : QuotaRefusals.ReusedKey();
        }

        return done is IncidentEvent.Resolved resolved && command is IncidentCommand.Resolve resolve && resolve.Id == resolved.Id && _book.Find(resolve.Id) is { } found
            ? found
            : QuotaRefusals.ReusedKey();
    }

    private async Task Append(IncidentEvent happened, Initiator by)
    {
        try
        {
            foreach (var fact in await Log.Append(by, [(happened.Type, happened.Encode())]))
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
        var happened = IncidentEvent.Decode(fact.Type, fact.Payload);
        _book = _book.Evolve(happened, fact.At, fact.Actor);
        _done[fact.OperationId] = happened;
    }
}

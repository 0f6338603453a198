using Marketplace.Audit;
using Marketplace.Evidence.Claims;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Marketplace.Quotas;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Evidence;

/// <summary>Decides, appends, folds, answers.</summary>
[GrainType("claim")]
internal sealed class ClaimGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, IClaimGrain
{
    private EntityLog? _log;
    private Claim? _claim;

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Log.Load(Fold, cancellationToken);

    public Task<Claim?> Get(CancellationToken cancellationToken) => Task.FromResult(_claim);

    public async Task<Outcome<Claim>> Execute(ClaimCommand command, Initiator by, CancellationToken cancellationToken)
    {
        if (Log.Knows(by.OperationId))
        {
            return await FirstAnswer(by.OperationId, command, cancellationToken);
        }

        var decision = ClaimRules.Decide(_claim, command, time.GetUtcNow());
        if (decision.Refusal is { } refusal)
        {
            return refusal;
        }

        var events = decision.Value.IsEmpty && by.IsRepeatable && command.Nothing() is { } nothing ? [nothing] : decision.Value;
        if (!events.IsEmpty)
        {
            await Append(by, events);
        }

        return _claim!;
    }

    private async Task Append(Initiator by, IEnumerable<ClaimEvent> events)
    {
        try
        {
            (await Log.Append(by, events.Select(happened => (happened.Type, happened.Encode())))).ToList().ForEach(Fold);
        }
        catch (Exception)
        {
            // The fact may be durable although nobody said so. The next activation starts from what is written.
            DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>The claim as an operation left it, whatever happened since; refused if it was another command.</summary>
    private async Task<Outcome<Claim>> FirstAnswer(string operationId, ClaimCommand command, CancellationToken cancellationToken)
    {
        Claim? claim = null;
        await foreach (var fact in journal.Read(this.GetPrimaryKeyString(), 0, cancellationToken))
        {
            var happened = ClaimEvent.Decode(fact.Type, fact.Payload);
            claim = Claim.Evolve(claim, happened, fact.At);
            if (fact.OperationId == operationId)
            {
                return command.LedTo(happened) ? claim! : QuotaRefusals.ReusedKey();
            }
        }

        throw new InvalidOperationException($"The journal has lost the operation {operationId}.");
    }

    private void Fold(JournalFact fact) => _claim = Claim.Evolve(_claim, ClaimEvent.Decode(fact.Type, fact.Payload), fact.At);
}

using Marketplace.Audit;
using Marketplace.Grains.Audit;
using Marketplace.Installations;
using Marketplace.Sync;
using Marketplace.Sync.Labels;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Grains.Sync;

[GrainType("label")]
internal sealed class LabelGrain(IJournal journal, [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time) : Grain, ILabelGrain
{
    private EntityLog? _log;
    private Label? _label;

    private EntityLog Log => _log ??= new EntityLog(journal, this.GetPrimaryKeyString(), time);

    private LabelId Id => LabelId.Parse(this.GetPrimaryKeyString().Split('/')[^1], null);

    public override Task OnActivateAsync(CancellationToken cancellationToken) => Log.Load(Fold, cancellationToken);

    public Task<Label?> Get(CancellationToken cancellationToken) => Task.FromResult(_label);

    public async Task<Label?> Open(LabelFact.AddressOpened opening, Initiator by, CancellationToken cancellationToken)
    {
        if (_label is null)
        {
            await Append(by, opening);
        }

        return _label;
    }

    public async Task<Label> Create(Label label, Initiator by, CancellationToken cancellationToken)
    {
        if (_label is null)
        {
            await Append(by, LabelFact.Of(label));
        }

        return _label!;
    }

    public async Task<Label?> View(Initiator by, CancellationToken cancellationToken)
    {
        if (_label is not null)
        {
            await Append(by, new LabelFact.LabelViewed(_label.OrderId));
        }

        return _label;
    }

    private async Task Append(Initiator by, LabelFact happened)
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

    private void Fold(JournalFact fact) => _label ??= LabelFact.Decode(fact.Type, fact.Payload).ToLabel(Id, fact.At);
}

using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Labels;

/// <summary>
/// One parcel label and who had its address opened; logged. It knows no address: that stays sealed in the feed. Key:
/// <c>label/{seller}/{label}</c>. Every method may throw <see cref="StoreUnavailableException"/>: nothing is known to be noted.
/// </summary>
[GrainInterfaceType("label")]
public interface ILabelGrain : IGrainWithStringKey
{
    /// <summary>The label, or null if it was never made.</summary>
    [Alias("get"), ReadOnly]
    Task<Label?> Get(CancellationToken cancellationToken);

    /// <summary>Notes that the address behind an order is about to be opened; returns after that is durable.</summary>
    /// <returns>The label if it is made already: then nothing is noted, and nothing need be opened.</returns>
    [Alias("open")]
    Task<Label?> Open(LabelFact.AddressOpened opening, Initiator by, CancellationToken cancellationToken);

    /// <summary>Keeps the label; one that is kept already stays as it is.</summary>
    [Alias("create")]
    Task<Label> Create(Label label, Initiator by, CancellationToken cancellationToken);

    /// <summary>Notes that the label is about to be shown with its address; returns after that is durable.</summary>
    /// <returns>Null if it was never made: then nothing is noted.</returns>
    [Alias("view")]
    Task<Label?> View(Initiator by, CancellationToken cancellationToken);
}

using Marketplace.Installations;
using Orleans.Concurrency;

namespace Marketplace.Labels;

/// <summary>
/// One parcel label and the openings of its address; logged. Contains no address: that stays sealed in the feed. Key:
/// <c>label/{seller}/{label}</c>. Every method may throw <see cref="StoreUnavailableException"/>: the change is unconfirmed.
/// </summary>
[GrainInterfaceType("label"), Alias("mp.grain.label")]
public interface ILabelGrain : IGrainWithStringKey
{
    /// <summary>The label, or null if it was never made.</summary>
    [Alias("get"), ReadOnly]
    Task<Label?> Get(CancellationToken cancellationToken);

    /// <summary>Records that the order's address is about to be decrypted; returns after that is durable.</summary>
    /// <returns>The label if it exists already: then nothing is recorded, and nothing needs decrypting.</returns>
    [Alias("open")]
    Task<Label?> Open(LabelFact.AddressOpened opening, Initiator by, CancellationToken cancellationToken);

    /// <summary>Stores the label; an existing one is not changed.</summary>
    [Alias("create")]
    Task<Label> Create(Label label, Initiator by, CancellationToken cancellationToken);

    /// <summary>Records that the label is about to be shown with its address; returns after that is durable.</summary>
    /// <returns>Null if it was never made: then nothing is recorded.</returns>
    [Alias("view")]
    Task<Label?> View(Initiator by, CancellationToken cancellationToken);
}

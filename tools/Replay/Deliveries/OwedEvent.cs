using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Deliveries;

/// <summary>An event owed to an installation, with its arrivals. Guarded by its <see cref="InstallationBook"/>.</summary>
/// <remarks>
/// <c>Order</c>: its order; for a product, the product. <c>Before</c>: the event it must not overtake; null for the first. <c>Buyer</c>: of
/// the order; null for products.
/// </remarks>
internal sealed class OwedEvent(EventKey key, string order, OwedEvent? before, Buyer? buyer)
{
    public EventKey Key => key;

    public string Order => order;

    public OwedEvent? Before => before;

    public Buyer? Buyer => buyer;

    /// <summary>Its id at first arrival; null before.</summary>
    public string? Id { get; set; }

    /// <summary>SHA-256 of its bytes at first arrival.</summary>
    public string? Digest { get; set; }

    /// <summary>When the server acknowledged it to the platform, as a timestamp; null before.</summary>
    public long? AcceptedAt { get; set; }

    /// <summary>When the receiver first stored it, as a timestamp; null before.</summary>
    public long? KeptAt { get; set; }

    /// <summary>True once its receiver answered 2xx, or confirmed it.</summary>
    public bool Acknowledged { get; set; }

    /// <summary>True if the receiver refuses it until it is a dead letter: later ones of its order may then pass it.</summary>
    public bool Poisoned { get; set; }
}

/// <summary>One arrived event.</summary>
internal sealed record ArrivedEvent(EventKey? Key, string Id, string Digest, System.Text.Json.JsonElement Json);

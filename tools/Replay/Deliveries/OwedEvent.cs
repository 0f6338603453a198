using Marketplace.Replay.Dataset;

namespace Marketplace.Replay.Deliveries;

/// <summary>An event that an installation is owed, and what was seen of it. Guarded by its <see cref="InstallationBook"/>.</summary>
/// <remarks><c>Order</c>: the order it is about; for a product, the product. <c>Before</c>: the event that it must not overtake; null for
/// the first. <c>Buyer</c>: of the order; null for products.</remarks>
internal sealed class OwedEvent(EventKey key, string order, OwedEvent? before, Buyer? buyer)
{
    public EventKey Key => key;

    public string Order => order;

    public OwedEvent? Before => before;

    public Buyer? Buyer => buyer;

    /// <summary>The id under which it first arrived; null before.</summary>
    public string? Id { get; set; }

    /// <summary>SHA-256 of the bytes it first arrived as.</summary>
    public string? Digest { get; set; }

    /// <summary>When the server answered for it to the platform, as a timestamp; null before.</summary>
    public long? AcceptedAt { get; set; }

    /// <summary>When the receiver first kept it, as a timestamp; null before.</summary>
    public long? KeptAt { get; set; }

    /// <summary>True once its receiver has said so with a 2xx, or has confirmed it.</summary>
    public bool Acknowledged { get; set; }

    /// <summary>True where the receiver refuses it until it is given up: later ones of its order may pass it then.</summary>
    public bool Poisoned { get; set; }
}

/// <summary>One event as it arrived.</summary>
internal sealed record ArrivedEvent(EventKey? Key, string Id, string Digest, System.Text.Json.JsonElement Json);

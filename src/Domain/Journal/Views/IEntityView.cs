using System.Text.Encodings.Web;
using System.Text.Json;
using Marketplace.Sellers;

namespace Marketplace.Journal.Views;

/// <summary>A seller's view of one entity, folded from its facts: the "before" and "after" of the trail. Pure; one per entity.</summary>
public interface IEntityView
{
    /// <summary>The sellers currently concerned by the entity.</summary>
    IReadOnlyCollection<SellerId> Sellers { get; }

    /// <summary>True if the last folded fact concerns a seller whom the entity concerns now or concerned before it.</summary>
    bool Concerns(SellerId seller) => true;

    /// <summary>Folds the next fact.</summary>
    void Apply(JournalFact fact);

    /// <summary>A seller's view, as UTF-8 JSON; empty before there is anything to see.</summary>
    ReadOnlyMemory<byte> Show(SellerId seller);
}

/// <summary>The views by kind of entity. An entity without a view shows its facts' payloads.</summary>
public static class EntityViews
{
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An empty view of an entity.</summary>
    /// <param name="entity">Its grain key.</param>
    public static IEntityView Of(string entity) =>
        entity.Split('/')[0] switch
        {
            "installation" => new InstallationTrailView(entity),
            "enterprise" => new EnterpriseTrailView(entity),
            "risk" => new RiskTrailView(entity),
            "delivery" => new DeliveryTrailView(entity),
            "claim" => new ClaimTrailView(entity),
            "statement" => new StatementTrailView(entity),
            _ => new PayloadView(entity),
        };

    /// <summary>Writes a JSON object.</summary>
    public static ReadOnlyMemory<byte> Json(Action<Utf8JsonWriter> members)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, Readable))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    internal static void Texts(this Utf8JsonWriter writer, string name, IEnumerable<string> texts)
    {
        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    internal static void Instant(this Utf8JsonWriter writer, string name, DateTimeOffset? at)
    {
        if (at is { } instant)
        {
            writer.WriteString(name, instant);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}

/// <summary>Shows the last fact's payload: for entities without a view of their own.</summary>
internal sealed class PayloadView(string entity) : IEntityView
{
    private ReadOnlyMemory<byte> _last;

    public IReadOnlyCollection<SellerId> Sellers { get; } = AuditSubject.SellerOf(entity) is { } seller ? [seller] : [];

    public void Apply(JournalFact fact) => _last = fact.Payload;

    public ReadOnlyMemory<byte> Show(SellerId seller) => _last;
}

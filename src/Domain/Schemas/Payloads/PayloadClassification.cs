using System.Collections.Frozen;
using System.Collections.Immutable;
using Marketplace.Events;

namespace Marketplace.Schemas.Payloads;

/// <summary>The audience of a payload member.</summary>
public enum DataClass
{
    /// <summary>The seller's business: sent to plugins with the scope.</summary>
    Public,

    /// <summary>A buyer's: its value is never in the clear; plugins only see that it exists (R23).</summary>
    BuyerPrivate,

    /// <summary>The platform's own bookkeeping: never sent.</summary>
    PlatformInternal,
}

/// <summary>The permitted form of a member; any other value is not sent.</summary>
public enum MemberForm
{
    /// <summary>A text, number or truth value.</summary>
    Value,

    /// <summary>An array of values.</summary>
    Values,

    /// <summary>An object of classified members.</summary>
    Group,

    /// <summary>An array of groups.</summary>
    Groups,

    /// <summary>An object of values under arbitrary names.</summary>
    Texts,
}

/// <summary>One member of a payload.</summary>
/// <param name="Name">Its JSON name.</param>
/// <param name="Class">Its audience.</param>
/// <param name="Form">Its permitted form.</param>
/// <param name="Members">Those of an object, or of each object of an array.</param>
/// <param name="Field">For <see cref="DataClass.BuyerPrivate"/>: the flag of its existence.</param>
public sealed record ClassifiedMember(
    string Name,
    DataClass Class,
    MemberForm Form = MemberForm.Value,
    ImmutableArray<ClassifiedMember> Members = default,
    PrivateFields Field = PrivateFields.None
);

/// <summary>
/// The table of all payload members and their audience (R23, R29). It is an allow-list: a member not listed is never sent, whatever the
/// store contains.
/// </summary>
public static class PayloadClassification
{
    private static readonly ImmutableArray<ClassifiedMember> Line = Publics(
        "line",
        "product_id",
        "quantity",
        "unit_price",
        "freight",
        "discount",
        "tax",
        "refunded",
        "cancelled_quantity"
    );

    // The source's sequence; plugins use the feed's.
    private static readonly ClassifiedMember Sequence = new(EventSequence.Name, DataClass.PlatformInternal);

    // The recipient of a lifecycle event.
    private static readonly ImmutableArray<ClassifiedMember> Own = Publics("installation", "seller", "plugin");

    private static readonly ImmutableArray<ClassifiedMember> Payment = Publics("type", "amount");

    private static readonly ImmutableArray<ClassifiedMember> Parcel = [Objects("items", Publics("line", "quantity"))];

    private static readonly ImmutableArray<ClassifiedMember> TrackPoint = Publics("at", "status", "location", "state");

    private static readonly ImmutableArray<ClassifiedMember> Product =
    [
        .. Publics("title", "category", "price", "currency", "weight_g"),
        Texts("attributes"),
    ];

    /// <summary>A buyer: the rough location, and which private fields exist.</summary>
    public static ImmutableArray<ClassifiedMember> Buyer { get; } =
    [
        .. Publics("region", "country", "postcode_prefix"),
        Private("name", PrivateFields.Name),
        Private("phone", PrivateFields.Phone),
        Private("email", PrivateFields.Email),
        Private("identity_number", PrivateFields.IdentityNumber),
        Private("street", PrivateFields.Street),
        Private("city", PrivateFields.City),
        Private("postcode", PrivateFields.Postcode),
        Private("customer_id", PrivateFields.CustomerId),
        new("sealed", DataClass.PlatformInternal),
    ];

    /// <summary>The data of each event type, as stored in the feed and sent to plugins.</summary>
    public static FrozenDictionary<string, ImmutableArray<ClassifiedMember>> Events { get; } =
        new Dictionary<string, ImmutableArray<ClassifiedMember>>
        {
            [EventTypes.OrderCreated] =
            [
                .. Publics("currency"),
                Objects("items", Line),
                new("buyer", DataClass.Public, MemberForm.Group, Buyer),
                Objects("payments", Payment),
                .. Publics("estimated_delivery", "discount", "tax", "shipping", "refunded"),
            ],
            [EventTypes.OrderPaid] = [],
            [EventTypes.OrderShipped] = [],
            [EventTypes.OrderDelivered] = [],
            [EventTypes.OrderCancelled] = Publics("reason"),
            [EventTypes.OrderUncancelled] = Publics("reason"),
            [EventTypes.OrderLinesCancelled] = [Objects("lines", Publics("line", "quantity")), .. Publics("reason")],
            [EventTypes.OrderRefunded] = Publics("amount", "line", "reason"),
            [EventTypes.OrderReturned] = Publics("return_reason_code", "reason"),
            [EventTypes.TrackUpdated] = Publics("order_id", "carrier", "status", "location", "state"),
            [EventTypes.ProductUpdated] = Product,
            [EventTypes.OrderFlagged] = Publics("kind", "note"),
            [EventTypes.OrderSplit] = [Objects("parcels", Parcel)],
            [EventTypes.OrderMerged] = [Values("with")],
            [EventTypes.OrderUnmerged] = [Values("with")],
            [EventTypes.OrderTracked] = Publics("tracking_id", "carrier"),
            [EventTypes.ProductPatched] = [.. Publics("title", "price", "category"), Texts("attributes")],
            [EventTypes.InstallationEnabled] = [.. Own, Values("scopes"), .. Publics("expires_at")],
            [EventTypes.InstallationPaused] = [.. Own, .. Publics("reason")],
            [EventTypes.InstallationResumed] = Own,
            [EventTypes.AuthorisationExpiring] = [.. Own, Values("scopes"), .. Publics("expires_at", "hours")],
            [EventTypes.AuthorisationExpired] = [.. Own, .. Publics("expires_at")],
            [EventTypes.InstallationDisabled] = Own,
            [EventTypes.GrantChanged] = [.. Own, Values("scopes"), Values("added"), Values("removed")],
            [EventTypes.QuotaThreshold] = [.. Own, .. Publics("threshold_percent", "day", "used", "limit", "resets_at")],
            [EventTypes.QuotaExceeded] = [.. Own, .. Publics("day", "used", "limit", "resets_at")],
            [EventTypes.SchemaAnnounced] = [.. Own, .. Publics("version", "pinned", "due_at")],
            [EventTypes.ClaimFiled] = [.. Own, .. Publics("claim_id", "order_id", "amount", "currency", "answer_due_at")],
            [EventTypes.ClaimAnswered] = [.. Own, .. Publics("claim_id", "order_id")],
            [EventTypes.ClaimDecided] = [.. Own, .. Publics("claim_id", "order_id", "outcome")],
        }.ToFrozenDictionary(type => type.Key, type => type.Value.Add(Sequence), StringComparer.Ordinal);

    /// <summary>The objects in answers of the built-in operations, by name.</summary>
    public static FrozenDictionary<string, ImmutableArray<ClassifiedMember>> Answers { get; } =
        new Dictionary<string, ImmutableArray<ClassifiedMember>>
        {
            ["order"] =
            [
                .. Publics(
                    "order_id",
                    "status",
                    "version",
                    "updated_seq",
                    "currency",
                    "created_at",
                    "paid_at",
                    "shipped_at",
                    "delivered_at",
                    "cancelled_at",
                    "cancel_reason"
                ),
                .. Publics("returned_at", "return_reason_code", "estimated_delivery"),
                Objects("items", Line),
                Objects("payments", Payment),
                .. Publics("total", "discount", "tax", "shipping", "refunded"),
                new("buyer", DataClass.Public, MemberForm.Group, [.. Buyer.Where(member => member.Class != DataClass.PlatformInternal)]),
                .. Publics("address_handle"),
                Objects("flags", Publics("kind", "note", "at")),
                Objects("parcels", Parcel),
                Values("merged_with"),
                Objects("tracking", Publics("tracking_id", "carrier")),
            ],
            ["track"] = [.. Publics("tracking_id", "order_id", "carrier", "status", "state"), Objects("points", TrackPoint)],
            ["product"] = [.. Publics("product_id", "version", "updated_seq"), .. Product],
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private static ImmutableArray<ClassifiedMember> Publics(params ReadOnlySpan<string> names)
    {
        var members = ImmutableArray.CreateBuilder<ClassifiedMember>(names.Length);
        foreach (var name in names)
        {
            members.Add(new ClassifiedMember(name, DataClass.Public));
        }

        return members.ToImmutable();
    }

    private static ClassifiedMember Values(string name) => new(name, DataClass.Public, MemberForm.Values);

    private static ClassifiedMember Texts(string name) => new(name, DataClass.Public, MemberForm.Texts);

    private static ClassifiedMember Objects(string name, ImmutableArray<ClassifiedMember> members) =>
        new(name, DataClass.Public, MemberForm.Groups, members);

    private static ClassifiedMember Private(string name, PrivateFields field) => new(name, DataClass.BuyerPrivate, Field: field);
}

using System.Collections.Frozen;
using System.Collections.Immutable;
using Marketplace.Events;

namespace Marketplace.Schemas.Payloads;

/// <summary>Who may see a member of a payload.</summary>
public enum DataClass
{
    /// <summary>The seller's business: leaves for plugins that hold the scope.</summary>
    Public,

    /// <summary>A buyer's: its value is nowhere in the clear, and plugins see that it exists (R23).</summary>
    BuyerPrivate,

    /// <summary>The platform's own bookkeeping: never leaves.</summary>
    PlatformInternal,
}

/// <summary>What a member may hold; anything else in its place does not leave.</summary>
public enum MemberForm
{
    /// <summary>A text, number or truth value.</summary>
    Value,

    /// <summary>An array of such.</summary>
    Values,

    /// <summary>An object of classified members.</summary>
    Group,

    /// <summary>An array of such.</summary>
    Groups,

    /// <summary>An object of values under names of any kind.</summary>
    Texts,
}

/// <summary>One member of a payload.</summary>
/// <param name="Name">As it stands in JSON.</param>
/// <param name="Class">Who may see it.</param>
/// <param name="Form">What it may hold.</param>
/// <param name="Members">Those of an object, or of each object of an array.</param>
/// <param name="Field">For <see cref="DataClass.BuyerPrivate"/>: the mark that says it exists.</param>
public sealed record ClassifiedMember(
    string Name,
    DataClass Class,
    MemberForm Form = MemberForm.Value,
    ImmutableArray<ClassifiedMember> Members = default,
    PrivateFields Field = PrivateFields.None
);

/// <summary>
/// The one table of what every payload holds and who may see it (R23, R29). It is a list of what may leave: a member that is not in it does
/// not, whatever the store holds.
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

    // The source's; plugins have the feed's.
    private static readonly ClassifiedMember Sequence = new(EventSequence.Name, DataClass.PlatformInternal);

    // Whom a lifecycle event tells.
    private static readonly ImmutableArray<ClassifiedMember> Own = Publics("installation", "seller", "plugin");

    private static readonly ImmutableArray<ClassifiedMember> Payment = Publics("type", "amount");

    private static readonly ImmutableArray<ClassifiedMember> Parcel = [Objects("items", Publics("line", "quantity"))];

    private static readonly ImmutableArray<ClassifiedMember> TrackPoint = Publics("at", "status", "location", "state");

    private static readonly ImmutableArray<ClassifiedMember> Product =
    [
        .. Publics("title", "category", "price", "currency", "weight_g"),
        Texts("attributes"),
    ];

    /// <summary>A buyer: roughly where, and which private fields there are.</summary>
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

    /// <summary>The data of each type of event, as they stand in the feed and leave for plugins.</summary>
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

    /// <summary>What plugins read, by the name of the thing: the answers of the built-in operations.</summary>
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

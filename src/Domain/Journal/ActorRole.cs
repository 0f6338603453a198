using System.Buffers;
using Marketplace.Developers;
using Marketplace.Sellers;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace Marketplace.Journal;

/// <summary>
/// An actor's role, as stored in the journal beside the actor. Rules grant by role, so one that they do not know may do nothing. The
/// default is no role.
/// </summary>
/// <remarks>
/// Not a text value: every text is kept as it is, also an unknown one, and an empty text is not an absent one. A fact's hash contains the
/// role, so its chain verifies only with the text that was hashed.
/// </remarks>
[Immutable, Alias("mp.actor-role")]
public readonly record struct ActorRole
{
    public const string PlatformName = "platform";
    public const string SellerCenterName = "seller-center";
    public const string OperatorName = "operator";
    public const string SellerUserName = "seller-user";
    public const string EntityReviewerName = "entity-reviewer";
    public const string EntityReviewerUserName = "entity-reviewer-user";
    public const string SecurityReviewerName = "security-reviewer";
    public const string BusinessReviewerName = "business-reviewer";

    /// <summary>Ends the roles of staff's persons; without it, it is the role of clients that may do the same.</summary>
    public const string PersonSuffix = "-user";
    public const string OperatorUserName = "operator-user";
    public const string DeveloperUserName = "developer-user";

    private ActorRole(string? text) => Text = text;

    /// <summary>The marketplace's own systems.</summary>
    public static ActorRole Platform { get; } = new(PlatformName);

    /// <summary>Seller Center without a signed-in user.</summary>
    public static ActorRole SellerCenter { get; } = new(SellerCenterName);

    /// <summary>A client of the marketplace's operators, without a signed-in person.</summary>
    public static ActorRole Operator { get; } = new(OperatorName);

    /// <summary>The text in the journal, for example <c>seller-user:owner</c>; null for no role.</summary>
    public string? Text { get; }

    /// <summary>A signed-in user's role at the seller; null for a role without a user.</summary>
    public SellerRole? User => Text?.Split(':') is [SellerUserName, var user] ? SellerRoles.Parse(user) : null;

    /// <summary>A signed-in person's role at a developer of plugins; null for other roles.</summary>
    public DeveloperRole? DeveloperUser => Text?.Split(':') is [DeveloperUserName, var user] ? DeveloperRoles.Parse(user) : null;

    /// <summary>True for reviewers of enterprises and companies: their clients, and persons.</summary>
    public bool IsEntityReviewer => Text is EntityReviewerName or EntityReviewerUserName;

    /// <summary>True for operators of the marketplace: their clients, and persons.</summary>
    public bool IsOperator => Text is OperatorName or OperatorUserName;

    /// <summary>True for a user of the seller, and for Seller Center itself.</summary>
    public bool ActsForSeller => User is not null || this == SellerCenter;

    /// <summary>True for roles that may consent to scopes and add them (R42).</summary>
    public bool MayConsent => User?.MayConsent() is true;

    /// <summary>True for roles that may raise or remove a spend cap.</summary>
    public bool MayApproveCharges => User?.MayApproveCharges() is true;

    /// <summary>The role with a text, case-sensitive, of a token or a journal; null is no role.</summary>
    public static ActorRole Of(string? text) => new(text);

    /// <summary>A signed-in user of the seller.</summary>
    public static ActorRole OfUser(SellerRole role) => new($"{SellerUserName}:{role.Text()}");

    /// <summary>A signed-in person of a developer of plugins.</summary>
    public static ActorRole OfDeveloper(DeveloperRole role) => new($"{DeveloperUserName}:{role.Text()}");

    /// <summary>The text; empty for no role.</summary>
    public override string ToString() => Text ?? string.Empty;
}

/// <summary>A role in Orleans' format: the bytes of a string that may be null.</summary>
[RegisterSerializer]
internal sealed class ActorRoleCodec : IFieldCodec<ActorRole>
{
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, ActorRole value)
        where TBufferWriter : IBufferWriter<byte> => StringCodec.WriteField(ref writer, fieldIdDelta, value.Text);

    public ActorRole ReadValue<TInput>(ref Reader<TInput> reader, Field field) => ActorRole.Of(StringCodec.ReadValue(ref reader, field));
}

[RegisterCopier]
internal sealed class ActorRoleCopier : ShallowCopier<ActorRole>;

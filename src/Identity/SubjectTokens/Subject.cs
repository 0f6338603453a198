using Marketplace.Developers;
using Marketplace.Sellers;

namespace Marketplace.Identity.SubjectTokens;

/// <summary>A person asserted by its issuer.</summary>
/// <param name="User">The issuer's <c>sub</c>: 1–128 printable characters.</param>
/// <param name="Authority">Whom the person may act for.</param>
/// <param name="ExpiresAt">The first instant at which the assertion is expired.</param>
/// <param name="TokenKey">Identifies the token: 64 hexadecimal digits.</param>
internal sealed record Subject(string User, SubjectAuthority Authority, DateTimeOffset ExpiresAt, string TokenKey);

/// <summary>Whom a person may act for.</summary>
internal abstract record SubjectAuthority
{
    private SubjectAuthority() { }

    /// <summary>One of <see cref="ClientRoles"/>: the role of the person's access tokens.</summary>
    public abstract string TokenRole { get; }

    /// <param name="Seller">The only seller the person acts for.</param>
    /// <param name="Role">The person's role at the seller.</param>
    public sealed record OfSeller(SellerId Seller, SellerRole Role) : SubjectAuthority
    {
        public override string TokenRole => ClientRoles.SellerUser;
    }

    /// <param name="Developer">The only developer the person acts for.</param>
    /// <param name="Role">The person's role at the developer.</param>
    public sealed record OfDeveloper(DeveloperId Developer, DeveloperRole Role) : SubjectAuthority
    {
        public override string TokenRole => ClientRoles.DeveloperUser;
    }

    /// <param name="Role">One of <see cref="ClientRoles.OfStaff"/>.</param>
    public sealed record OfStaff(string Role) : SubjectAuthority
    {
        public override string TokenRole => Role;
    }
}

/// <summary>A subject, or the reason for its absence.</summary>
/// <param name="Subject">Null if the token was refused.</param>
/// <param name="Complaint">The token's defect; never quotes it.</param>
/// <param name="Unavailable">True if it could not be verified because the issuer's keys are unavailable.</param>
internal readonly record struct SubjectResult(Subject? Subject, string? Complaint, bool Unavailable = false);

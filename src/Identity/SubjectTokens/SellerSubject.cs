using Marketplace.Sellers;

namespace Marketplace.Identity.SubjectTokens;

/// <summary>A seller's user as its issuer vouches for it.</summary>
/// <param name="User">The issuer's <c>sub</c>: 1–128 printable characters.</param>
/// <param name="Seller">The only seller the user acts for.</param>
/// <param name="Role">What the user is to the seller.</param>
/// <param name="ExpiresAt">The first instant at which the issuer no longer vouches.</param>
/// <param name="TokenKey">Tells the token from every other one: 64 hexadecimal digits.</param>
internal sealed record SellerSubject(string User, SellerId Seller, SellerRole Role, DateTimeOffset ExpiresAt, string TokenKey);

/// <summary>A subject, or why there is none.</summary>
/// <param name="Subject">Null if the token was refused.</param>
/// <param name="Complaint">What is wrong with the token; never holds any of it.</param>
/// <param name="Unavailable">True if it could not be told because the issuer's keys are out of reach.</param>
internal readonly record struct SubjectResult(SellerSubject? Subject, string? Complaint, bool Unavailable = false);

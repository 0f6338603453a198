using Marketplace.Sellers;

namespace Marketplace.Identity.SubjectTokens;

/// <summary>A seller's user asserted by its issuer.</summary>
/// <param name="User">The issuer's <c>sub</c>: 1–128 printable characters.</param>
/// <param name="Seller">The only seller the user acts for.</param>
/// <param name="Role">The user's role at the seller.</param>
/// <param name="ExpiresAt">The first instant at which the assertion is expired.</param>
/// <param name="TokenKey">Identifies the token: 64 hexadecimal digits.</param>
internal sealed record SellerSubject(string User, SellerId Seller, SellerRole Role, DateTimeOffset ExpiresAt, string TokenKey);

/// <summary>A subject, or the reason for its absence.</summary>
/// <param name="Subject">Null if the token was refused.</param>
/// <param name="Complaint">The token's defect; never quotes it.</param>
/// <param name="Unavailable">True if it could not be verified because the issuer's keys are unavailable.</param>
internal readonly record struct SubjectResult(SellerSubject? Subject, string? Complaint, bool Unavailable = false);

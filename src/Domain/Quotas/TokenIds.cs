using System.Collections.Immutable;

namespace Marketplace.Quotas;

/// <summary>
/// Ids of access tokens. One that came of a seller's consent in the browser belongs to a family, all of which can be revoked at once: its
/// id is <c>family:token</c>. Neither part holds a colon.
/// </summary>
public static class TokenIds
{
    private const char Separator = ':';

    public static string Of(string? family, string token) => family is null ? token : $"{family}{Separator}{token}";

    /// <summary>True if the token, or its whole family, was revoked.</summary>
    public static bool IsRevoked(this ImmutableDictionary<string, DateTimeOffset> revoked, string tokenId) =>
        revoked.Count > 0
        && (
            revoked.ContainsKey(tokenId)
            || (tokenId.IndexOf(Separator, StringComparison.Ordinal) is > 0 and var end && revoked.ContainsKey(tokenId[..end]))
        );
}

/// <summary>What the counter has to know of an access token; it opens nothing.</summary>
/// <param name="Id">As <see cref="TokenIds"/> makes it.</param>
/// <param name="EnabledAt">When the enablement began for which it was issued, to the millisecond; null if it does not say.</param>
[GenerateSerializer, Immutable, Alias("mp.quotas.token-stamp")]
public readonly record struct TokenStamp([property: Id(0)] string Id, [property: Id(1)] DateTimeOffset? EnabledAt);

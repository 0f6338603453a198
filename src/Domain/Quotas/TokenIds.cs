using System.Collections.Immutable;

namespace Marketplace.Quotas;

/// <summary>
/// Ids of access tokens. A token from a seller's browser consent belongs to a family that can be revoked as a whole: its id is
/// <c>family:token</c>. Neither part contains a colon.
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

/// <summary>The quota counter's view of an access token; grants nothing.</summary>
/// <param name="Id">An id from <see cref="TokenIds"/>.</param>
/// <param name="EnabledAt">Start of the enablement it was issued for, to the millisecond; null if not stated.</param>
[GenerateSerializer, Immutable, Alias("mp.quotas.token-stamp")]
public readonly record struct TokenStamp([property: Id(0)] string Id, [property: Id(1)] DateTimeOffset? EnabledAt);

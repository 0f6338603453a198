using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Identity.SubjectTokens;

/// <summary>The issuers of persons who sign in; section <c>Marketplace:SellerIdentity</c>.</summary>
public sealed class SellerIdentityOptions
{
    public const string Section = "Marketplace:SellerIdentity";

    /// <summary>The issuers of accepted subject tokens. Default: none (demo mode adds its own).</summary>
    public IList<SubjectIssuerOptions> Issuers { get; } = [];

    /// <summary>
    /// The sign-in page for browsers without a session; the browser returns with a subject token to <c>POST /connect/sign-in</c>. The
    /// parameter <c>return</c> is added. Default: none, which refuses such browsers (demo mode has its own page).
    /// </summary>
    public Uri? SignInUri { get; set; }

    /// <summary>Lifetime of a seller's browser session; at most that of its subject token. Default: 30 min.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "12:00:00")]
    public TimeSpan SessionLifetime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>Maximum lead of an issuer's clock over ours (<c>nbf</c>, <c>iat</c>); a token's expiry is exact. Default: 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan ClockSkew { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>One issuer of subject tokens.</summary>
public sealed class SubjectIssuerOptions
{
    /// <summary>The <c>iss</c> of its tokens, compared exactly.</summary>
    public string Issuer { get; set; } = "";

    /// <summary>The required <c>aud</c> of its tokens. Default: <c>marketplace</c>.</summary>
    public string Audience { get; set; } = IdentityNames.Audience;

    /// <summary>
    /// The persons it may vouch for: <c>Sellers</c>, <c>Developers</c>, <c>Staff</c>, or several with commas. Default: sellers' users only.
    /// Staff are operators and reviewers, so name it for the marketplace's own issuer alone.
    /// </summary>
    public SubjectKinds Kinds { get; set; } = SubjectKinds.Sellers;

    /// <summary>
    /// The address of its published keys; read again every 12 h, and when a token names an unknown key. This or <see cref="Jwks"/>.
    /// </summary>
    public Uri? JwksUri { get; set; }

    /// <summary>Its public keys as a JSON Web Key Set. This or <see cref="JwksUri"/>.</summary>
    public string? Jwks { get; set; }
}

/// <summary>Kinds of persons who sign in at an issuer.</summary>
[Flags]
public enum SubjectKinds
{
    /// <summary>Nobody; no issuer can be configured so.</summary>
    None = 0,

    /// <summary>Users of sellers.</summary>
    Sellers = 1,

    /// <summary>Persons of developers of plugins.</summary>
    Developers = 2,

    /// <summary>The marketplace's operators and reviewers.</summary>
    Staff = 4,
}

/// <summary>Each issuer must be unique and have keys; an invalid setting stops the start.</summary>
internal sealed class SellerIdentityOptionsRules : IValidateOptions<SellerIdentityOptions>
{
    private const SubjectKinds All = SubjectKinds.Sellers | SubjectKinds.Developers | SubjectKinds.Staff;

    public ValidateOptionsResult Validate(string? name, SellerIdentityOptions options)
    {
        var complaints = options.Issuers.SelectMany(Complaints).ToList();
        if (options.Issuers.DistinctBy(issuer => issuer.Issuer, StringComparer.Ordinal).Count() != options.Issuers.Count)
        {
            complaints.Add("an issuer is named twice");
        }

        if (options.SignInUri is { IsAbsoluteUri: false } page && !page.OriginalString.StartsWith('/'))
        {
            complaints.Add($"{nameof(options.SignInUri)} must be an absolute address or a path of this host");
        }

        return complaints.Count == 0
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail(complaints.Select(complaint => $"{SellerIdentityOptions.Section}: {complaint}."));
    }

    private static IEnumerable<string> Complaints(SubjectIssuerOptions issuer)
    {
        if (string.IsNullOrWhiteSpace(issuer.Issuer) || string.IsNullOrWhiteSpace(issuer.Audience))
        {
            yield return "an issuer needs Issuer and Audience";
        }

        if (issuer.Kinds is SubjectKinds.None || (issuer.Kinds & ~All) != 0)
        {
            yield return $"the issuer '{issuer.Issuer}' needs Kinds: Sellers, Developers, Staff, or several of them";
        }

        if (issuer.JwksUri is null == issuer.Jwks is null)
        {
            yield return $"the issuer '{issuer.Issuer}' needs either JwksUri or Jwks";
        }
        else if (issuer.JwksUri is { } address ? !IsAddress(address) : !HoldsPublicKeys(issuer.Jwks!))
        {
            yield return $"the keys of the issuer '{issuer.Issuer}' cannot be read: "
                + "public RSA or EC keys, or an https address of them, are needed";
        }
    }

    private static bool IsAddress(Uri address) =>
        address.IsAbsoluteUri && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    private static bool HoldsPublicKeys(string jwks)
    {
        try
        {
            return new JsonWebKeySet(jwks).Keys is { Count: > 0 } keys && keys.All(key => key.Kty is "RSA" or "EC" && !key.HasPrivateKey);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}

[OptionsValidator]
internal sealed partial class SellerIdentityOptionsAnnotations : IValidateOptions<SellerIdentityOptions>;

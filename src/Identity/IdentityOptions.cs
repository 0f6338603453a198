using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Marketplace.Identity;

/// <summary>Settings of tokens and their verification; section <c>Marketplace:Identity</c>.</summary>
public sealed class IdentityOptions
{
    public const string Section = "Marketplace:Identity";

    /// <summary>Lifetime of an access token. Default: 1 h; 10 s to 24 h.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "1.00:00:00")]
    public TimeSpan AccessTokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Lifetime of a plugin's refresh token, from its issue. Default: 90 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "366.00:00:00")]
    public TimeSpan RefreshTokenLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Lifetime of a plugin's refresh token while a sensitive scope is granted. Default: 30 days.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "366.00:00:00")]
    public TimeSpan SensitiveRefreshTokenLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Lifetime of an authorization code. Default: 2 min.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:10:00")]
    public TimeSpan AuthorizationCodeLifetime { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// The public address of the authorization server, and the only issuer accepted. Default: none, which puts the address of the token
    /// request into the token and accepts any issuer in a token of this deployment. Set it in production.
    /// </summary>
    public Uri? Issuer { get; set; }

    /// <summary>Answers OAuth requests over plain HTTP. Default: false. Only for loopback and behind a proxy that terminates TLS.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>How long a signing key signs before a new one is created. Default: 90 days; at least 1 h.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00")]
    public TimeSpan SigningKeyLifetime { get; set; } = TimeSpan.FromDays(90);

    /// <summary>
    /// How long a new key is only published before it signs, so that all processes and holders of our key set have it in time. Default: 15
    /// min; must be longer than <see cref="MaintenanceInterval"/>.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan SigningKeyActivationDelay { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often keys are reloaded and expired tokens pruned. Default: 5 min; 1 s to 12 h.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "12:00:00")]
    public TimeSpan MaintenanceInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long a token's row is kept after the token has expired: so long a call with it is in its installation's error log. Default: 1 h.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "365.00:00:00")]
    public TimeSpan PruneAfter { get; set; } = TimeSpan.FromHours(1);

    /// <summary>
    /// How long a cached token of a role other than plugin is trusted before its row is read again; bounds how long such a token works
    /// after a revocation through another process. Default: 1 s. A plugin's token is stopped by its installation instead.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan RevocationCheckInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Verified tokens kept in memory. Default: 200,000.</summary>
    [Range(3, 10_000_000)]
    public int TokenCacheCapacity { get; set; } = 200_000;

    /// <summary>Refused tokens kept in memory. Default: 20,000.</summary>
    [Range(3, 1_000_000)]
    public int RefusedTokenCacheCapacity { get; set; } = 20_000;

    /// <summary>How long a refused token is refused from the cache. Default: 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan RefusedTokenLifetime { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Lifetime of an operator's browser session. Default: 8 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00")]
    public TimeSpan OperatorSessionLifetime { get; set; } = TimeSpan.FromHours(8);
}

[OptionsValidator]
internal sealed partial class IdentityOptionsAnnotations : IValidateOptions<IdentityOptions>;

/// <summary>Rules across settings, which annotations cannot express.</summary>
internal sealed class IdentityOptionsRules : IValidateOptions<IdentityOptions>
{
    public ValidateOptionsResult Validate(string? name, IdentityOptions options)
    {
        if (options.Issuer is { IsAbsoluteUri: false })
        {
            return ValidateOptionsResult.Fail($"{IdentityOptions.Section}:{nameof(options.Issuer)} must be an absolute address.");
        }

        return options.SigningKeyActivationDelay <= options.MaintenanceInterval
            ? ValidateOptionsResult.Fail(
                $"{IdentityOptions.Section}:{nameof(options.SigningKeyActivationDelay)} must be longer than "
                    + $"{nameof(options.MaintenanceInterval)}."
            )
            : ValidateOptionsResult.Success;
    }
}

using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Identity.Consent;

/// <summary>
/// The hidden part of the consent form: the authorization request, and a ticket that proves that this server recently showed the form to
/// this user for this client. The ticket also identifies the operation, so that a form sent twice consents once.
/// </summary>
internal sealed class ConsentForms(IDataProtectionProvider protection, [FromKeyedServices(IdentityNames.Clock)] TimeProvider time)
{
    public const string TicketField = "ticket";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private static readonly string[] RequestParameters =
    [
        Parameters.ResponseType,
        Parameters.ClientId,
        Parameters.RedirectUri,
        Parameters.State,
        Parameters.Scope,
        Parameters.CodeChallenge,
        Parameters.CodeChallengeMethod,
        Parameters.UiLocales,
        ConsentFlow.SellerParameter,
        ConsentFlow.LanguageParameter,
    ];

    private readonly IDataProtector _protector = protection.CreateProtector("Marketplace.Identity.ConsentForm");

    public string NewTicket(SellerSession session, string clientId)
    {
        var end = (time.GetUtcNow() + Lifetime).ToUnixTimeMilliseconds();
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return _protector.Protect(string.Create(CultureInfo.InvariantCulture, $"{end}\n{nonce}\n{Bound(session, clientId)}"));
    }

    /// <summary>The operation of a form shown in this session for this client; null if it was not, or is too old.</summary>
    public string? OperationOf(string? ticket, SellerSession session, string clientId)
    {
        if (string.IsNullOrEmpty(ticket))
        {
            return null;
        }

        try
        {
            var parts = _protector.Unprotect(ticket).Split('\n', 3);
            return
                parts[2] == Bound(session, clientId)
                && time.GetUtcNow().ToUnixTimeMilliseconds() < long.Parse(parts[0], CultureInfo.InvariantCulture)
                ? parts[1]
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The address that shows the authorization request again.</summary>
    /// <param name="request">The request.</param>
    /// <param name="language">The new language; null to keep the current one.</param>
    public static string Address(OpenIddictRequest request, string? language = null)
    {
        var fields = Fields(request)
            .Where(field => language is null || field.Name != ConsentFlow.LanguageParameter)
            .Concat(language is null ? [] : [(ConsentFlow.LanguageParameter, language)]);
        return SellerSignIn.AuthorizePath
            + "?"
            + string.Join('&', fields.Select(field => $"{field.Item1}={Uri.EscapeDataString(field.Item2)}"));
    }

    /// <summary>The authorization request as hidden fields.</summary>
    public static IEnumerable<(string Name, string Value)> Fields(OpenIddictRequest request) =>
        from name in RequestParameters
        let value = (string?)request[name]
        where !string.IsNullOrEmpty(value)
        select (name, value);

    private static string Bound(SellerSession session, string clientId) => $"{session.Seller}\n{session.Role}\n{session.User}\n{clientId}";
}

using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Marketplace.Identity.SubjectTokens;

/// <summary>
/// Checks a subject token's structure before its signature (RFC 7515 and 7519): no unsupported critical header, no duplicate members, and
/// every claim of its proper JSON type. The library would parse a number from a text and take the last of two members, so that issuer and
/// reader could understand one token differently.
/// </summary>
internal static class SubjectTokenShape
{
    private const int LongestId = 256;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private static readonly string[] Texts = ["iss", "sub", "seller", "role", "jti"];
    private static readonly string[] Dates = ["exp", "nbf", "iat"];

    /// <summary>The defect, without quoting the token; null if there is none.</summary>
    public static string? Complaint(string token)
    {
        try
        {
            var parts = token.Split('.');
            using var header = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(parts[0]), Strict);
            using var payload = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(parts[1]), Strict);
            return ComplaintOfHeader(header.RootElement) ?? ComplaintOfClaims(payload.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            return "It is not a signed JWT whose members are named once.";
        }
    }

    private static string? ComplaintOfHeader(JsonElement header)
    {
        if (header.TryGetProperty("crit", out _))
        {
            return "Its header names an extension that must be understood (crit); none is.";
        }

        return header.TryGetProperty("b64", out _) ? "Its payload must be base64url (b64)." : null;
    }

    private static string? ComplaintOfClaims(JsonElement claims)
    {
        foreach (var name in Texts)
        {
            if (claims.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.String)
            {
                return $"Its claim {name} must be a text.";
            }
        }

        foreach (var name in Dates)
        {
            if (
                claims.TryGetProperty(name, out var value)
                && (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || !IsInstant(seconds))
            )
            {
                return $"Its claim {name} must be a number of seconds since 1970.";
            }
        }

        if (claims.TryGetProperty("aud", out var audience) && !IsAudience(audience))
        {
            return "Its claim aud must be a text or a list of texts.";
        }

        return claims.TryGetProperty("jti", out var id) && id.GetString() is not { Length: > 0 and <= LongestId }
            ? $"Its claim jti must have 1–{LongestId} characters."
            : null;
    }

    private static bool IsInstant(double seconds) => seconds is >= 0 and <= 253_402_300_799;

    private static bool IsAudience(JsonElement audience) =>
        audience.ValueKind == JsonValueKind.String
        || (
            audience.ValueKind == JsonValueKind.Array
            && audience.EnumerateArray().All(static entry => entry.ValueKind == JsonValueKind.String)
        );
}

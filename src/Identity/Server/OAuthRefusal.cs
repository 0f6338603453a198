using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Marketplace.Identity.Server;

/// <summary>A refusal in the words of OAuth (RFC 6749, 5.2), for what is refused before the authorization server or beside it.</summary>
/// <param name="Error">One of <see cref="HelpForErrors.All"/>.</param>
/// <param name="ErrorDescription">A sentence for the developer of the client.</param>
public sealed record OAuthRefusal(string Error, string ErrorDescription)
{
    /// <summary>The answer of our own endpoint.</summary>
    /// <param name="status">HTTP status of the answer.</param>
    /// <param name="contentType">Null for JSON in UTF-8.</param>
    public IResult ToAnswer(int status, string? contentType = null) =>
        TypedResults.Json(this, OAuthRefusalJson.Default.OAuthRefusal, contentType, status);

    /// <summary>The answer in the authorization server's own form.</summary>
    public IResult ToServerAnswer(int status) =>
        TypedResults.Json(this, OAuthRefusalJson.AsServer.OAuthRefusal, "application/json;charset=UTF-8", status);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(OAuthRefusal))]
internal sealed partial class OAuthRefusalJson : JsonSerializerContext
{
    /// <summary>The authorization server does not escape punctuation.</summary>
    public static OAuthRefusalJson AsServer =>
        field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json.Serialization;
using Marketplace.Identity.Browser;
using Marketplace.Identity.Server;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Marketplace.Identity.Clients;

/// <summary>Replaces a client's secret, authenticated by the current one, which stops working (ASVS 6.2.2, 6.2.3).</summary>
public static class SecretChange
{
    public const string Path = "/connect/client-secret";

    private const string Door = "client-secret";

    // Documented by hand beside the token endpoint.
    public static void Map(IEndpointRouteBuilder endpoints) => endpoints.MapPost(Path, Change).AllowAnonymous().ExcludeFromDescription();

    private static async Task<IResult> Change(
        HttpContext context,
        ClientSecrets secrets,
        SecretChangePace pace,
        IOpenIddictApplicationManager applications,
        IClientFacts facts
    )
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await Credentials(context) is not { Client.Length: > 0 } sent)
        {
            return Refused(
                StatusCodes.Status400BadRequest,
                Errors.InvalidRequest,
                "Send client_id and client_secret by HTTP Basic or in a form."
            );
        }

        var (client, address, ended) = (sent.Client, context.Connection.RemoteIpAddress, context.RequestAborted);
        var result = await secrets.Check(client, sent.Secret, address, Door, ended);
        if (result.Wait is { } wait)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Refused(StatusCodes.Status429TooManyRequests, Errors.TemporarilyUnavailable, "Too many wrong secrets were sent.");
        }

        if (result.Application is not { } application)
        {
            context.Response.Headers.WWWAuthenticate = AuthenticateClient.Challenge;
            return Refused(StatusCodes.Status401Unauthorized, Errors.InvalidClient, AuthenticateClient.Refusal);
        }

        if (result.IsEarlier)
        {
            // Whoever found an old secret must not lock out who has the new one.
            context.Response.Headers.WWWAuthenticate = AuthenticateClient.Challenge;
            return Refused(
                StatusCodes.Status401Unauthorized,
                Errors.InvalidClient,
                "This secret was replaced; only the newest one can be changed."
            );
        }

        if (!pace.TryPass(client))
        {
            context.Response.Headers.RetryAfter = ((int)SecretChangePace.Pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            return Refused(StatusCodes.Status429TooManyRequests, Errors.TemporarilyUnavailable, "The secret was changed a moment ago.");
        }

        // Record first: no secret changes without a fact in the journal. Ignore client disconnects, so that the change is not left half
        // done.
        await facts.SecretChanged(client, ClientSecrets.Text(address), CancellationToken.None);
        var secret = ClientRegistry.NewSecret();
        var descriptor = new OpenIddictApplicationDescriptor();
        await applications.PopulateAsync(descriptor, application, CancellationToken.None);
        descriptor.ClientSecret = secret;

        // Whoever changes it may do so because a secret was seen: none of the earlier ones stays good.
        (ClientHistory.Of(descriptor.Properties) with { EarlierSecrets = [] }).WriteTo(descriptor.Properties);
        try
        {
            await applications.UpdateAsync(application, descriptor, CancellationToken.None);
        }
        catch (OpenIddictExceptions.ConcurrencyException)
        {
            return Refused(StatusCodes.Status409Conflict, Errors.InvalidRequest, "Another request is changing this client's secret.");
        }

        return TypedResults.Json(new ChangedSecret(client, secret), SecretJson.Default.ChangedSecret);
    }

    /// <summary>From HTTP Basic, with both parts form-encoded (RFC 6749, 2.3.1), or from the form; null without either.</summary>
    private static async Task<BasicCredentials?> Credentials(HttpContext context)
    {
        string? authorization = context.Request.Headers.Authorization;
        if (!AuthenticationHeaderValue.TryParse(authorization, out _))
        {
            return await Forms.Read(context) is { } sent && sent["client_id"] is [{ } id] && sent["client_secret"] is [{ } given]
                ? new BasicCredentials(id, given)
                : null;
        }

        // Only one authentication method is allowed, as at the token endpoint (RFC 6749, 2.3).
        if (await Forms.Read(context) is { } form && (form.ContainsKey("client_id") || form.ContainsKey("client_secret")))
        {
            return null;
        }

        return BasicCredentials.Read(authorization);
    }

    private static IResult Refused(int status, string error, string description) => new OAuthRefusal(error, description).ToAnswer(status);
}

/// <param name="ClientId">The client.</param>
/// <param name="ClientSecret">Its secret from now on: 256 random bits, base64url. It is not kept and cannot be asked again.</param>
public sealed record ChangedSecret(string ClientId, string ClientSecret);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ChangedSecret))]
internal sealed partial class SecretJson : JsonSerializerContext;

using Marketplace.Api.Http.Problems;
using Marketplace.Identity.Browser;
using Marketplace.Identity.Clients;
using Marketplace.Identity.Server;

namespace Marketplace.Api.Http;

/// <summary>
/// Checks every request before anything reads it: no query, form or credential contains U+0000, which PostgreSQL cannot store in text, and
/// the body's compression is supported. JSON bodies are checked where they are parsed.
/// </summary>
internal sealed class RequestDoor(RequestDelegate next)
{
    /// <summary>Supported compressions of bodies.</summary>
    public const string Encodings = "gzip, br, deflate";

    public async Task Invoke(HttpContext context)
    {
        if (UnknownEncoding(context.Request))
        {
            context.Response.Headers.AcceptEncoding = Encodings;
            throw new RequestProblemException(
                ProblemKinds.MediaTypeUnsupported,
                $"Send the body as it is or with one Content-Encoding of {Encodings}."
            );
        }

        if (context.Request.Query.Any(parameter => HoldsNul(parameter.Key) || parameter.Value.Any(HoldsNul)))
        {
            throw new RequestProblemException(ProblemKinds.ParameterInvalid, "No parameter may hold the character U+0000.");
        }

        if (CredentialsHoldNul(context.Request) || await FormHoldsNul(context))
        {
            if (context.Request.Path.StartsWithSegments("/connect"))
            {
                context.Response.Headers.CacheControl = "no-store";
                var refusal = new OAuthRefusal("invalid_request", "No parameter may hold the character U+0000.");
                await refusal.ToServerAnswer(StatusCodes.Status400BadRequest).ExecuteAsync(context);
                return;
            }

            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                "No member of a form and no client's name or secret may hold the character U+0000."
            );
        }

        await next(context);
    }

    private static bool HoldsNul(string? text) => text?.Contains('\0') == true;

    private static bool UnknownEncoding(HttpRequest request)
    {
        var encodings = request.Headers.ContentEncoding;
        if (encodings.Count == 0)
        {
            return false;
        }

        if (encodings is [{ } one] && one.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            request.Headers.Remove("Content-Encoding");
            return false;
        }

        return encodings is not [{ } name] || !Encodings.Split(", ").Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    private static bool CredentialsHoldNul(HttpRequest request) =>
        request.Headers.Authorization is [{ } header]
        && BasicCredentials.Decode(header) is { } decoded
        && (decoded.Contains((byte)0) || decoded.AsSpan().IndexOf("%00"u8) >= 0);

    // Forms are for the pages and the authorization server only; requests to upstream services are not read here.
    private static async ValueTask<bool> FormHoldsNul(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/open") || !context.Request.HasFormContentType)
        {
            return false;
        }

        // An unreadable form is refused by its endpoint.
        return await Forms.Read(context) is { } form && form.Any(member => HoldsNul(member.Key) || member.Value.Any(HoldsNul));
    }
}

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

    public Task Invoke(HttpContext context)
    {
        if (UnknownEncoding(context.Request))
        {
            context.Response.Headers.AcceptEncoding = Encodings;
            throw new RequestProblemException(
                ProblemKinds.MediaTypeUnsupported,
                $"Send the body as it is or with one Content-Encoding of {Encodings}."
            );
        }

        if (QueryHoldsNul(context.Request))
        {
            throw new RequestProblemException(ProblemKinds.ParameterInvalid, "No parameter may hold the character U+0000.");
        }

        return CredentialsHoldNul(context.Request) ? Refuse(context)
            : HasForm(context.Request) ? CheckForm(context)
            : next(context);
    }

    private async Task CheckForm(HttpContext context)
    {
        // An unreadable form is refused by its endpoint.
        if (await Forms.Read(context) is { } form && form.Any(member => HoldsNul(member.Key) || member.Value.Any(HoldsNul)))
        {
            await Refuse(context);
            return;
        }

        await next(context);
    }

    private static Task Refuse(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/connect"))
        {
            context.Response.Headers.CacheControl = "no-store";
            var refusal = new OAuthRefusal("invalid_request", "No parameter may hold the character U+0000.");
            return refusal.ToServerAnswer(StatusCodes.Status400BadRequest).ExecuteAsync(context);
        }

        throw new RequestProblemException(
            ProblemKinds.BodyInvalid,
            "No member of a form and no client's name or secret may hold the character U+0000."
        );
    }

    private static bool QueryHoldsNul(HttpRequest request) =>
        request.QueryString.HasValue && request.Query.Any(parameter => HoldsNul(parameter.Key) || parameter.Value.Any(HoldsNul));

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
    private static bool HasForm(HttpRequest request) => !request.Path.StartsWithSegments("/open") && request.HasFormContentType;
}

using System.Text;
using Marketplace.Api.Http.Problems;
using Marketplace.Identity.Browser;

namespace Marketplace.Api.Http;

/// <summary>
/// What every request passes before anything reads it: no query, form or credential holds U+0000, which a text of PostgreSQL cannot hold,
/// and a body is compressed in a way that can be read. Bodies in JSON are looked through where they are opened.
/// </summary>
internal sealed class RequestDoor(RequestDelegate next)
{
    /// <summary>What bodies may be compressed with.</summary>
    public const string Encodings = "gzip, br, deflate";

    private const string Basic = "Basic ";

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
                // As the authorization server answers (RFC 6749, section 5.2).
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                context.Response.ContentType = "application/json;charset=UTF-8";
                context.Response.Headers.CacheControl = "no-store";
                await context.Response.WriteAsync(
                    """{"error":"invalid_request","error_description":"No parameter may hold the character U+0000."}""",
                    context.RequestAborted
                );
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

    private static bool CredentialsHoldNul(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ } header] || !header.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var bytes = new byte[header.Length];
        return Convert.TryFromBase64String(header[Basic.Length..].Trim(), bytes, out var length)
            && Encoding.Latin1.GetString(bytes, 0, length) is var decoded
            && (HoldsNul(decoded) || decoded.Contains("%00", StringComparison.Ordinal));
    }

    // Forms belong to the pages and the authorization server; what goes through to an upstream service is not read here.
    private static async ValueTask<bool> FormHoldsNul(HttpContext context)
    {
        if (context.Request.Path.StartsWithSegments("/open") || !context.Request.HasFormContentType)
        {
            return false;
        }

        // One that cannot be read is refused by whom it is for.
        return await Forms.Read(context) is { } form && form.Any(member => HoldsNul(member.Key) || member.Value.Any(HoldsNul));
    }
}

using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Identity.Browser;

/// <summary>Reads forms posted by browsers and OAuth clients.</summary>
public static class Forms
{
    /// <summary>Maximum bytes; tokens are the longest content of any form.</summary>
    private const long Longest = 64 * 1024;

    private static readonly object Unreadable = new();

    /// <summary>
    /// Reads the form into the request, where later components find it; null if there is none, or it is malformed or too large.
    /// </summary>
    public static async Task<IFormCollection?> Read(HttpContext context)
    {
        var request = context.Request;
        // A second attempt would read the rest of an abandoned body as a form.
        if (context.Items.ContainsKey(Unreadable))
        {
            return null;
        }

        if (!request.HasFormContentType)
        {
            return null;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = Longest;
        }

        try
        {
            return await request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            context.Items[Unreadable] = true;
            return null;
        }
    }
}

using Microsoft.AspNetCore.Http.Features;

namespace Marketplace.Identity.Browser;

/// <summary>Reads the forms that browsers and OAuth clients post.</summary>
public static class Forms
{
    /// <summary>In bytes; tokens are the longest that any form holds.</summary>
    private const long Longest = 64 * 1024;

    private static readonly object Unreadable = new();

    /// <summary>
    /// Reads the form into the request, where everybody behind finds it; null if there is none, or it is damaged or out of bounds.
    /// </summary>
    public static async Task<IFormCollection?> Read(HttpContext context)
    {
        var request = context.Request;
        // A second attempt would find the rest of a body that was given up, and take it for a form.
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

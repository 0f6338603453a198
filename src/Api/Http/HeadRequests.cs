namespace Marketplace.Api.Http;

/// <summary>
/// Answers HEAD for every path that answers GET (RFC 9110 §9.3.2): the request runs as GET, so that status, header fields, limits and
/// price equal those of GET, and the server omits the body. Only streaming handlers must check for it.
/// </summary>
internal sealed class HeadRequests(RequestDelegate next)
{
    public Task Invoke(HttpContext context) => HttpMethods.IsHead(context.Request.Method) ? RunAsGet(context) : next(context);

    private async Task RunAsGet(HttpContext context)
    {
        context.Features.Set(new HeadRequest());
        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = HttpMethods.Head;
        }
    }
}

/// <summary>Marks a request that came as HEAD.</summary>
internal sealed class HeadRequest
{
    /// <summary>True if the body is discarded, so that an endless answer must not start.</summary>
    public static bool Is(HttpContext context) => context.Features.Get<HeadRequest>() is not null;
}

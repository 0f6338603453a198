using System.Globalization;
using System.Text.Json;
using OrderTagger;

const long MaxBody = 1 << 20;

var settings = Settings.Read(Environment.GetEnvironmentVariable);
var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{settings.Port}"));
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MaxBody);
builder.Logging.SetMinimumLevel(LogLevel.Information).AddFilter("Microsoft", LogLevel.Warning);
var app = builder.Build();

using var http = new HttpClient { BaseAddress = settings.Marketplace, Timeout = TimeSpan.FromSeconds(10) };
var marketplace = new MarketplaceClient(http, settings, TimeProvider.System);
var tagger = new Tagger(marketplace, settings, app.Services.GetRequiredService<ILogger<Tagger>>());

app.MapGet("/health", () => Results.StatusCode(marketplace.Secret is null ? 503 : 200));
app.MapPost("/events", Receive);

// Listens first: messages may come before the answer that has the secret, and are put off.
await app.StartAsync();
var events = new Uri(settings.PublicUrl, "events");
await marketplace.Subscribe(events, Tagger.Types, app.Lifetime.ApplicationStopping);
app.Logger.Subscribed(events);
await app.WaitForShutdownAsync();

// Answers when the work is done, so that what failed comes again.
async Task<IResult> Receive(HttpRequest request, CancellationToken ended)
{
    if (marketplace.Secret is not { } secret)
    {
        return RetryAfter(request, TimeSpan.FromSeconds(1));
    }

    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body, ended);
    if (!MessageSignature.IsValid(secret, request.Headers, body.ToArray(), TimeProvider.System.GetUtcNow()))
    {
        return Results.Unauthorized();
    }

    try
    {
        var @event = JsonSerializer.Deserialize<MarketplaceEvent>(body.ToArray(), MarketplaceClient.Json)!;
        await tagger.Handle(@event, ended);
        return Results.NoContent();
    }
    catch (RetryLaterException later)
    {
        app.Logger.Later(later.Message);
        return RetryAfter(request, later.After);
    }
}

static IResult RetryAfter(HttpRequest request, TimeSpan after)
{
    request.HttpContext.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(after.TotalSeconds))
        .ToString("0", CultureInfo.InvariantCulture);
    return Results.StatusCode(StatusCodes.Status503ServiceUnavailable);
}

using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Api.Calls;
using Marketplace.Api.Problems;
using Marketplace.Api.Sync.Labels;
using Marketplace.Sellers;
using Marketplace.Sync;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.Sync;

/// <summary>
/// The marketplace's events come in here, one or a batch, and are answered after they are in their sellers' feeds. Members of a batch do
/// not fail each other; where a store does not answer the whole request is 503, and sending it again counts nothing twice.
/// </summary>
public static class PlatformEvents
{
    public const int MaxEvents = 1_000;
    public const int MaxBodyBytes = 4 * 1024 * 1024;

    private const string Single = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";
    private const string Json = "application/json";

    // Only so deep that a single member's depth can be refused by itself; members may be EventLimits.MaxDepth deep.
    private const int MaxDepth = 512;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    public static IServiceCollection AddPlatformEvents(this IServiceCollection services)
    {
        services.TryAddSingleton<IBuyerSeal, BuyerSeal>();
        services.AddSingleton<LabelDesk>();
        return services;
    }

    public static IEndpointConventionBuilder MapPlatformEvents(this IEndpointRouteBuilder endpoints) => endpoints
        .MapPost("/platform/v1/events", (RequestDelegate)Take)
        .RequireAuthorization("platform")
        .WithMetadata(CallEndpoints.Documented.Method)
        .WithName("platform.events")
        .WithSummary("Takes CloudEvents, one or a batch.")
        .WithTags("Platform in");

    private static async Task Take(HttpContext context)
    {
        var mediaType = MediaType(context.Request);
        var body = await RequestBody.Read(context.Request, MaxBodyBytes, context.RequestAborted)
            ?? throw new RequestProblemException(ProblemKinds.BodyTooLarge, $"The body is longer than {MaxBodyBytes} bytes.");
        var utf8 = body.Span.StartsWith(Utf8Mark) ? body[Utf8Mark.Length..] : body;
        using var wellFormed = JsonInput.Open(utf8, EventLimits.MaxDepth + Levels(utf8.Span));
        using var loose = wellFormed is null ? OpenLoosely(utf8) : null;
        var root = (wellFormed ?? loose)!.RootElement;
        var isBatch = root.ValueKind == JsonValueKind.Array;
        if (root.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object) || (mediaType == Single && isBatch) || (mediaType == Batch && !isBatch))
        {
            throw new RequestProblemException(ProblemKinds.BodyInvalid, "The body must be one event (a JSON object) or a batch (an array), as its media type says.");
        }

        if (isBatch && root.GetArrayLength() > MaxEvents)
        {
            throw new RequestProblemException(ProblemKinds.BodyTooLarge, $"A batch has at most {MaxEvents} events.");
        }

        var intake = new EventIntake(context.RequestServices);
        var answer = await intake.Take(isBatch ? [.. root.EnumerateArray()] : [root], isWellFormed: wellFormed is not null, context.RequestAborted);
        if (!isBatch && intake.FirstRefusal is { } refusal)
        {
            throw new RequestProblemException(refusal);
        }

        await context.Response.WriteAsJsonAsync(answer, PlatformJson.Default.IntakeAnswer, CallAnswer.JsonContentType, context.RequestAborted);
    }

    private static string MediaType(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Value?.ToLowerInvariant() is Single or Batch or Json
            ? type.MediaType.Value.ToLowerInvariant()
            : throw new RequestProblemException(ProblemKinds.MediaTypeUnsupported, $"Send {Single}, {Batch} or {Json}.");

    /// <summary>How much deeper than an event its body is: a batch is one level around its events.</summary>
    private static int Levels(ReadOnlySpan<byte> utf8) => utf8.TrimStart(" \t\r\n"u8) is [(byte)'[', ..] ? 1 : 0;

    private static JsonDocument OpenLoosely(ReadOnlyMemory<byte> utf8)
    {
        try
        {
            return JsonDocument.Parse(utf8, new JsonDocumentOptions { MaxDepth = MaxDepth });
        }
        catch (JsonException)
        {
            throw new RequestProblemException(ProblemKinds.BodyInvalid, "The body is not JSON.");
        }
    }
}

/// <summary>Takes the events of one request: reads, seals, groups by seller in their order, appends for all sellers at once.</summary>
public sealed class EventIntake(IServiceProvider services)
{
    private readonly IBuyerSeal _seal = services.GetRequiredService<IBuyerSeal>();
    private readonly IGrainFactory _grains = services.GetRequiredService<IGrainFactory>();
    private readonly TimeProvider _time = services.GetRequiredService<TimeProvider>();

    /// <summary>Why the first event that was not taken was not.</summary>
    public Refusal? FirstRefusal { get; private set; }

    /// <param name="events">Members of one body.</param>
    /// <param name="isWellFormed">Whether <see cref="JsonInput"/> opened the body; else each member is looked at by itself.</param>
    /// <param name="cancellationToken">Ends the waiting, not the appending.</param>
    public async Task<IntakeAnswer> Take(IReadOnlyList<JsonElement> events, bool isWellFormed, CancellationToken cancellationToken)
    {
        var rejected = new List<RejectedEvent>();
        var bySeller = Read(events, isWellFormed, rejected);
        var appended = await Task.WhenAll(bySeller.Select(seller => Append(seller.Key, [.. seller.Value], cancellationToken)));
        var duplicates = appended.Sum(answers => answers.Count(answer => answer.Duplicate));
        return new IntakeAnswer(appended.Sum(answers => answers.Length) - duplicates, duplicates, rejected);
    }

    private Dictionary<SellerId, List<IncomingEvent>> Read(IReadOnlyList<JsonElement> events, bool isWellFormed, List<RejectedEvent> rejected)
    {
        var bySeller = new Dictionary<SellerId, List<IncomingEvent>>();
        var now = _time.GetUtcNow();
        for (var i = 0; i < events.Count; i++)
        {
            var read = isWellFormed ? EventReader.Read(events[i], now) : EventReader.ReadUnchecked(events[i], now);
            if (read.Refusal is { } refusal)
            {
                FirstRefusal ??= refusal;
                rejected.Add(new RejectedEvent(i, refusal.Code, refusal.Reason));
                continue;
            }

            var seller = read.Value!.Envelope.Seller;
            if (!bySeller.TryGetValue(seller, out var list))
            {
                bySeller[seller] = list = [];
            }

            list.Add(read.Value.WithSeal(_seal.Seal(seller, read.Value.Private)));
        }

        return bySeller;
    }

    private Task<ImmutableArray<AppendedEvent>> Append(SellerId seller, ImmutableArray<IncomingEvent> events, CancellationToken cancellationToken) =>
        _grains.GetFeed(seller).Append(events, cancellationToken);
}

/// <summary>What became of a request's events.</summary>
public sealed record IntakeAnswer(int Accepted, int Duplicates, IReadOnlyList<RejectedEvent> Rejected);

/// <summary>An event that was not taken, by its place in the batch.</summary>
public sealed record RejectedEvent(int Index, string Code, string Detail);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IntakeAnswer))]
internal sealed partial class PlatformJson : JsonSerializerContext;

using System.Text.Json;
using Marketplace.Api.Calls;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.Http.Requests;
using Marketplace.Api.Privacy;
using Marketplace.Api.SellerApi.Labels;
using Marketplace.Events;
using Marketplace.Privacy;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Net.Http.Headers;

namespace Marketplace.Api.PlatformApi.Intake;

/// <summary>
/// The marketplace's event intake, one event or a batch; answered once they are in their sellers' feeds. Members of a batch do not fail
/// each other; if a store is unavailable the whole request is 503, and sending it again counts nothing twice.
/// </summary>
public static class PlatformEvents
{
    public const int MaxEvents = 1_000;
    public const int MaxBodyBytes = 4 * 1024 * 1024;

    private const string Single = "application/cloudevents+json";
    private const string Batch = "application/cloudevents-batch+json";
    private const string Json = "application/json";

    // Deep enough to refuse a too deep member individually; members may be EventLimits.MaxDepth deep.
    private const int MaxDepth = 512;

    private static ReadOnlySpan<byte> Utf8Mark => [0xEF, 0xBB, 0xBF];

    public static IServiceCollection AddPlatformEvents(this IServiceCollection services)
    {
        services.TryAddSingleton<IBuyerSeal, BuyerSeal>();
        services.AddSingleton<BuyerMarks>();
        services.Replace(ServiceDescriptor.Singleton<IPrivatePartSeal, PrivatePartSeal>());
        services.AddSingleton<LabelService>();
        services.AddSingleton<BuyerDictionary>();
        return services;
    }

    public static IEndpointConventionBuilder MapPlatformEvents(this IEndpointRouteBuilder endpoints) =>
        endpoints
            .MapPost("/platform/v1/events", (RequestDelegate)Ingest)
            .RequireAuthorization("platform")
            .WithMetadata(CallEndpoints.Documented.Method)
            .WithName("platform.events")
            .WithSummary("Takes CloudEvents, one or a batch.")
            .WithTags("Platform in");

    private static async Task Ingest(HttpContext context)
    {
        var isBinary = BinaryEvent.Is(context.Request);
        var mediaType = isBinary ? Single : MediaType(context.Request);
        var body = await RequestBody.Read(context.Request, MaxBodyBytes, context.RequestAborted)
            ?? throw new RequestProblemException(RequestBody.TooLong(MaxBodyBytes));
        var sent = body.Span.StartsWith(Utf8Mark) ? body[Utf8Mark.Length..] : body;
        var utf8 = JsonInput.WithoutLoneSurrogates(isBinary ? BinaryEvent.Structured(context.Request, sent) : sent);
        using var wellFormed = JsonInput.Open(utf8, EventLimits.MaxDepth + Levels(utf8.Span), allowNul: true);
        using var loose = wellFormed is null ? OpenLoosely(utf8) : null;
        var root = (wellFormed ?? loose)!.RootElement;
        var isBatch = root.ValueKind == JsonValueKind.Array;
        if (
            root.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object)
            || (mediaType == Single && isBatch)
            || (mediaType == Batch && !isBatch)
        )
        {
            throw new RequestProblemException(
                ProblemKinds.BodyInvalid,
                "The body must be one event (a JSON object) or a batch (an array), as its media type says."
            );
        }

        if (isBatch && root.GetArrayLength() > MaxEvents)
        {
            throw new RequestProblemException(ProblemKinds.BodyTooLarge, $"A batch has at most {MaxEvents} events.");
        }

        var intake = new EventIntake(context.RequestServices);
        var answer = await intake.Ingest(
            isBatch ? [.. root.EnumerateArray()] : [root],
            isWellFormed: wellFormed is not null,
            context.RequestAborted
        );
        if (!isBatch && intake.FirstRefusal is { } refusal)
        {
            throw new RequestProblemException(refusal);
        }

        await context.Response.WriteAsJsonAsync(answer, PlatformJson.Default.IntakeAnswer, JsonMediaTypes.Utf8, context.RequestAborted);
    }

    private static string MediaType(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Value?.ToLowerInvariant() is Single or Batch or Json
            ? type.MediaType.Value.ToLowerInvariant()
            : throw new RequestProblemException(
                ProblemKinds.MediaTypeUnsupported,
                $"Send {Single}, {Batch} or {Json}, or one event in binary mode: the header ce-specversion and {Json}."
            );

    /// <summary>Levels of the body around an event: one for a batch.</summary>
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

/// <summary>What became of a request's events.</summary>
/// <param name="Accepted">Events that are in their sellers' feeds now.</param>
/// <param name="Duplicates">Events that were there before.</param>
/// <param name="Rejected">Events that were not taken.</param>
/// <param name="Changed">Attributes of accepted events that were not taken as they were sent; at most 1,000 are named.</param>
public sealed record IntakeAnswer(
    int Accepted,
    int Duplicates,
    IReadOnlyList<RejectedEvent> Rejected,
    IReadOnlyList<ChangedAttribute> Changed
);

/// <summary>An event that was not taken.</summary>
/// <param name="Index">Its place in the batch.</param>
/// <param name="Code">Why.</param>
/// <param name="Attribute">The path of the attribute that is wrong, for example <c>events[3].data.items[0].quantity</c>.</param>
/// <param name="Detail">The attribute and what was expected of it.</param>
public sealed record RejectedEvent(int Index, string Code, string Attribute, string Detail);

/// <summary>An attribute that was not taken as it was sent.</summary>
/// <param name="Index">Its event's place in the batch.</param>
/// <param name="Attribute">Its path, for example <c>events[3].data.reason</c>.</param>
/// <param name="Change">One of <see cref="AttributeChanges"/>.</param>
public sealed record ChangedAttribute(int Index, string Attribute, string Change);

using System.Collections.Immutable;
using System.Net.Mime;

namespace Marketplace.Api.Reference;

/// <summary>The reference entry of one endpoint. <see cref="References"/> has one for every documented endpoint.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">The mapped route pattern.</param>
/// <param name="Id">The <c>operationId</c>: stable, because generated clients name their methods after it.</param>
/// <param name="Summary">One sentence for readers new to the marketplace.</param>
internal sealed record OperationReference(string Method, string Route, string Id, string Summary)
{
    /// <summary>A longer description where one sentence is not enough; Markdown.</summary>
    public string? Description { get; init; }

    /// <summary>Parameters in query and headers; path parameters follow from the route.</summary>
    public ImmutableArray<ParameterReference> Parameters { get; init; } = [];

    /// <summary>The request body; null if none is read.</summary>
    public BodyReference? Body { get; init; }

    /// <summary>The success answers.</summary>
    public ImmutableArray<AnswerReference> Answers { get; init; } = [];

    /// <summary>Codes of the operation's own refusals; those common to all operations are added.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>True if a repeat with the same <c>Idempotency-Key</c> gets the first answer.</summary>
    public bool TakesKey { get; init; }
}

/// <summary>A request body.</summary>
/// <param name="Type">The record it is parsed into; null for bytes.</param>
/// <param name="Required">False if the body may be omitted.</param>
/// <param name="MediaTypes">The accepted media types.</param>
internal sealed record BodyReference(Type? Type, bool Required, params ImmutableArray<string> MediaTypes)
{
    public static BodyReference JsonBody<T>() => new(typeof(T), true, MediaTypeNames.Application.Json);

    public static BodyReference OptionalJsonBody<T>() => new(typeof(T), false, MediaTypeNames.Application.Json);

    public static BodyReference Bytes(params ImmutableArray<string> mediaTypes) => new(null, true, mediaTypes);
}

/// <summary>A success answer.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">The record it is written from; null for text and bytes.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Description">When it is used; null for the only answer.</param>
internal sealed record AnswerReference(int Status, Type? Type, string MediaType, string? Description = null)
{
    /// <summary>An alternative form of the answer; null if there is none.</summary>
    public Type? Other { get; init; }

    public static AnswerReference Json<T>(int status = StatusCodes.Status200OK, string? description = null) =>
        new(status, typeof(T), MediaTypeNames.Application.Json, description);

    public static AnswerReference Text(string mediaType, string? description = null) =>
        new(StatusCodes.Status200OK, null, mediaType, description);
}

/// <summary>A parameter in query or header.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">Its form.</param>
/// <param name="Description">Its effect.</param>
internal sealed record ParameterReference(string Name, ParameterKind Kind, string Description)
{
    public bool Required { get; init; }

    public bool InHeader { get; init; }

    /// <summary>Minimum number; minimum length of a text.</summary>
    public long? Minimum { get; init; }

    /// <summary>Maximum number; maximum length of a text.</summary>
    public long? Maximum { get; init; }

    /// <summary>The default.</summary>
    public long? Default { get; init; }

    /// <summary>The permitted values.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    public string? Example { get; init; }

    public ParameterReference Needed() => this with { Required = true };
}

/// <summary>The forms of parameters.</summary>
internal enum ParameterKind
{
    /// <summary>Any text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>An RFC 3339 instant with its offset.</summary>
    Instant,

    /// <summary>A day, <c>yyyy-MM-dd</c>.</summary>
    Day,
}

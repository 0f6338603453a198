using System.Collections.Immutable;
using System.Net.Mime;

namespace Marketplace.Api.Reference;

/// <summary>What the reference says of one endpoint. <see cref="References"/> has one for every endpoint that is documented.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Route">Route pattern as it is mapped.</param>
/// <param name="Id">The <c>operationId</c>: stable, because generated clients name their methods by it.</param>
/// <param name="Summary">One sentence for somebody who does not know the marketplace.</param>
internal sealed record OperationReference(string Method, string Route, string Id, string Summary)
{
    /// <summary>More than one sentence, where one is not enough; Markdown.</summary>
    public string? Description { get; init; }

    /// <summary>Parameters of query and header; those of the path follow from the route.</summary>
    public ImmutableArray<ParameterReference> Parameters { get; init; } = [];

    /// <summary>The request body; null if none is read.</summary>
    public BodyReference? Body { get; init; }

    /// <summary>The good answers.</summary>
    public ImmutableArray<AnswerReference> Answers { get; init; } = [];

    /// <summary>Codes of the refusals that are the operation's own; those that every operation may answer are added.</summary>
    public ImmutableArray<string> Problems { get; init; } = [];

    /// <summary>True if a repeat with the same <c>Idempotency-Key</c> is answered from the first.</summary>
    public bool TakesKey { get; init; }
}

/// <summary>A request body.</summary>
/// <param name="Type">The record it is read as; null for bytes.</param>
/// <param name="Required">False if the body may be left out.</param>
/// <param name="MediaTypes">In which media types it is read.</param>
internal sealed record BodyReference(Type? Type, bool Required, params ImmutableArray<string> MediaTypes)
{
    public static BodyReference JsonBody<T>() => new(typeof(T), true, MediaTypeNames.Application.Json);

    public static BodyReference OptionalJsonBody<T>() => new(typeof(T), false, MediaTypeNames.Application.Json);

    public static BodyReference Bytes(params ImmutableArray<string> mediaTypes) => new(null, true, mediaTypes);
}

/// <summary>A good answer.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">The record it is written from; null for text and bytes.</param>
/// <param name="MediaType">Its media type.</param>
/// <param name="Description">When it is given; null for the only one.</param>
internal sealed record AnswerReference(int Status, Type? Type, string MediaType, string? Description = null)
{
    /// <summary>A second form that the answer may have; null if there is one.</summary>
    public Type? Other { get; init; }

    public static AnswerReference Json<T>(int status = StatusCodes.Status200OK, string? description = null) =>
        new(status, typeof(T), MediaTypeNames.Application.Json, description);

    public static AnswerReference Text(string mediaType, string? description = null) =>
        new(StatusCodes.Status200OK, null, mediaType, description);
}

/// <summary>A parameter of query or header.</summary>
/// <param name="Name">As it is sent.</param>
/// <param name="Kind">What its text must be.</param>
/// <param name="Description">What it does.</param>
internal sealed record ParameterReference(string Name, ParameterKind Kind, string Description)
{
    public bool Required { get; init; }

    public bool InHeader { get; init; }

    /// <summary>Smallest number; shortest text.</summary>
    public long? Minimum { get; init; }

    /// <summary>Largest number; longest text.</summary>
    public long? Maximum { get; init; }

    /// <summary>What holds where it is left out.</summary>
    public long? Default { get; init; }

    /// <summary>The only values there are.</summary>
    public ImmutableArray<string> Values { get; init; } = [];

    public string? Example { get; init; }

    public ParameterReference Needed() => this with { Required = true };
}

/// <summary>The forms that parameters have.</summary>
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

using Microsoft.AspNetCore.Http.Metadata;

namespace Marketplace.Api.Reference;

/// <summary>Adds OpenAPI metadata to endpoints from the reference tables.</summary>
internal static class ReferenceConvention
{
    /// <summary>A group without prefix: endpoints mapped below it are described by <see cref="References"/>.</summary>
    public static RouteGroupBuilder MapReferenced(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup(string.Empty);
        ((IEndpointConventionBuilder)group).Finally(Describe);
        return group;
    }

    private static void Describe(EndpointBuilder builder)
    {
        if (
            builder is not RouteEndpointBuilder route
            || builder.Metadata.OfType<IExcludeFromDescriptionMetadata>().Any(metadata => metadata.ExcludeFromDescription)
            || builder.Metadata.OfType<IHttpMethodMetadata>().LastOrDefault() is not { HttpMethods: [var method, ..] }
            || References.Find(method, route.RoutePattern.RawText) is not { } found
        )
        {
            return;
        }

        var (audience, operation) = found;
        builder.Metadata.Add(operation);
        builder.Metadata.Add(new EndpointNameMetadata(operation.Id));
        builder.Metadata.Add(new EndpointSummaryAttribute(operation.Summary));
        builder.Metadata.Add(new TagsAttribute(audience.Name));
        if (operation.Description is { } description)
        {
            builder.Metadata.Add(new EndpointDescriptionAttribute(description));
        }

        if (operation.Body is { Type: { } type } body)
        {
            builder.Metadata.Add(new AcceptsMetadata([.. body.MediaTypes], type, !body.Required));
        }

        foreach (var answer in operation.Answers)
        {
            builder.Metadata.Add(
                answer.Type is null
                    ? new ProducesResponseTypeMetadata(answer.Status, typeof(string), [answer.MediaType])
                    : new ProducesResponseTypeMetadata(answer.Status, answer.Type, [answer.MediaType])
            );
        }
    }
}

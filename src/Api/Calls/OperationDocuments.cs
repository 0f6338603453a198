using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Marketplace.Api.Calls;

/// <summary>Adds an operation's scope, risk and billability to its documentation, from the table used by the call path.</summary>
internal sealed class OperationDocuments : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<Operation>().SingleOrDefault() is { } declared)
        {
            operation.Description =
                $"Scope `{declared.Scope}`, risk {declared.Risk}, price class `{declared.PriceClass}`: {Price(declared)}.";
            operation.Extensions ??= new Dictionary<string, IOpenApiExtension>();
            operation.Extensions["x-marketplace"] = new JsonNodeExtension(
                new JsonObject
                {
                    ["operation"] = declared.Id.Value,
                    ["scope"] = declared.Scope.ToString(),
                    ["risk"] = declared.Risk.ToString().ToLowerInvariant(),
                    ["billable"] = declared.Billable,
                    ["price_class"] = declared.PriceClass,
                }
            );
        }

        AddRouteParameters(operation, context.Description.RelativePath ?? string.Empty);
        return Task.CompletedTask;
    }

    private static string Price(Operation operation) =>
        operation.PriceClass switch
        {
            PriceClasses.PerCall => "each call answered below 400 is counted and priced; errors (4xx) cost nothing",
            _ => "not counted",
        };

    // Handlers read the route themselves, so the API description lacks its parameters.
    private static void AddRouteParameters(OpenApiOperation operation, string path)
    {
        foreach (var name in path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}', '*')))
        {
            operation.Parameters ??= [];
            if (operation.Parameters.All(parameter => parameter.Name != name))
            {
                operation.Parameters.Add(
                    new OpenApiParameter
                    {
                        Name = name,
                        In = ParameterLocation.Path,
                        Required = true,
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    }
                );
            }
        }
    }
}

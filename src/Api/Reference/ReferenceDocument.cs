using Marketplace.Api.Http.Problems;
using Marketplace.Identity;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Options;
using Microsoft.OpenApi;

namespace Marketplace.Api.Reference;

/// <summary>The document-wide parts: title, licence, audiences, how to get a token, the form of refusals.</summary>
internal sealed class ReferenceDocument(IOptions<IdentityOptions> identity) : IOpenApiDocumentTransformer
{
    public const string Scheme = "marketplace";
    public const string ProblemSchema = "Problem";

    private const string Introduction = """
        The runtime of a plugin marketplace for online sellers. Sellers enable certified plugins and grant each exactly the permissions it needs; plugins call
        quota-checked operations on a seller's behalf and receive order and logistics events.

        Every refusal is a problem document (RFC 9457) with a stable `code`, the facts behind it and who can lift it. Amounts are CNY; days are days in Asia/Shanghai;
        instants are RFC 3339 with their offset. Only documented query parameters are accepted.
        """;

    public async Task TransformAsync(
        OpenApiDocument document,
        OpenApiDocumentTransformerContext context,
        CancellationToken cancellationToken
    )
    {
        document.Info = new OpenApiInfo
        {
            Title = "Plugin marketplace API",
            Version = "v1",
            Description = Introduction,
            License = new OpenApiLicense { Name = "Apache-2.0", Identifier = "Apache-2.0" },
        };
        // A request's host is the caller's choice; use the configured address instead.
        document.Servers = [new OpenApiServer { Url = identity.Value.Issuer?.GetLeftPart(UriPartial.Authority) ?? "/" }];
        document.Tags = References
            .Audiences.Select(audience => new OpenApiTag { Name = audience.Name, Description = audience.Description })
            .ToHashSet();
        document.Tags.Add(new OpenApiTag { Name = TokenPaths.Tag, Description = "OAuth 2.0: how every caller gets its token." });
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[Scheme] = TokenPaths.Describe();
        document.AddComponent(ProblemSchema, await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancellationToken));
        await TokenPaths.Add(document, context, cancellationToken);
    }
}

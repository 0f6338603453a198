using System.Text.Json.Nodes;
using Marketplace.Api.Http.Problems;
using Marketplace.Identity.Clients;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Marketplace.Api.Reference;

/// <summary>The OAuth endpoints, which are not mapped by us but belong to the contract.</summary>
internal static class TokenPaths
{
    public const string Tag = "Tokens";

    private const string Form = "application/x-www-form-urlencoded";

    private static readonly (string Name, string Description)[] TokenMembers =
    [
        ("grant_type", "`client_credentials`, `authorization_code`, `refresh_token` or `urn:ietf:params:oauth:grant-type:token-exchange`."),
        ("client_id", "The client, where it does not authenticate by HTTP Basic."),
        ("client_secret", "The client's secret, where it does not authenticate by HTTP Basic."),
        (
            "installation",
            "For a plugin's client with `client_credentials`: the installation, `seller/plugin`, to which the token is bound."
        ),
        ("code", "The authorization code."),
        ("redirect_uri", "The address to which the code was sent."),
        ("code_verifier", "The PKCE verifier (S256)."),
        ("refresh_token", "The refresh token; each use gives a new one."),
        ("subject_token", "The signed-in user's token, issued by Seller Center."),
        ("subject_token_type", "The type of the subject token."),
    ];

    public static OpenApiSecurityScheme Describe() =>
        new()
        {
            Type = SecuritySchemeType.OAuth2,
            Description =
                "A token of the marketplace, sent as `Authorization: Bearer`. What a plugin may do is decided by the seller's "
                + "grants at every call, not by the token.",
            Flows = new OpenApiOAuthFlows
            {
                ClientCredentials = new OpenApiOAuthFlow
                {
                    TokenUrl = new Uri("/connect/token", UriKind.Relative),
                    Scopes = new Dictionary<string, string>(),
                },
                AuthorizationCode = new OpenApiOAuthFlow
                {
                    AuthorizationUrl = new Uri("/connect/authorize", UriKind.Relative),
                    TokenUrl = new Uri("/connect/token", UriKind.Relative),
                    Scopes = new Dictionary<string, string>(),
                },
            },
        };

    public static async Task Add(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.AddComponent("Token", await context.GetOrCreateSchemaAsync(typeof(TokenDocument), null, cancellationToken));
        document.AddComponent("TokenError", await context.GetOrCreateSchemaAsync(typeof(TokenErrorDocument), null, cancellationToken));
        document.AddComponent("ClientSecret", await context.GetOrCreateSchemaAsync(typeof(ChangedSecret), null, cancellationToken));
        var issue = Operation(document, "tokens.issue", "Get an access token.", TokenMembers, "grant_type");
        issue.Responses!["200"] = Answer(document, "The token.", "Token");
        AddPath(document, "/connect/token", issue);
        var revoke = Operation(
            document,
            "tokens.revoke",
            "Revoke a token (RFC 7009).",
            [("token", "The token."), ("token_type_hint", "`access_token` or `refresh_token`.")],
            "token"
        );
        revoke.Responses!["200"] = Answer(document, "The token is revoked, or was none.", null);
        AddPath(document, "/connect/revoke", revoke);
        var introspect = Operation(document, "tokens.introspect", "Get a token's state (RFC 7662).", [("token", "The token.")], "token");
        introspect.Responses!["200"] = Answer(document, "`active` and, for an active token, its claims.", null);
        AddPath(document, "/connect/introspect", introspect);
        AddSecretChange(document);
    }

    private static void AddSecretChange(OpenApiDocument document)
    {
        var change = Operation(
            document,
            "clientSecret.change",
            "Get a new client secret for the one that you have, which is void from then on.",
            [TokenMembers[1], TokenMembers[2]]
        );
        change.Responses!["400"].Content![Problem.ContentType] = new OpenApiMediaType
        {
            Schema = new OpenApiSchemaReference(ReferenceDocument.ProblemSchema, document),
        };
        change.Responses["200"] = Answer(document, "The new secret, said this once.", "ClientSecret");
        change.Responses["409"] = Answer(document, "Another request is changing the secret.", "TokenError");
        AddPath(document, SecretChange.Path, change);
    }

    private static void AddPath(OpenApiDocument document, string path, OpenApiOperation operation) =>
        document.Paths.Add(
            path,
            new OpenApiPathItem { Operations = new Dictionary<HttpMethod, OpenApiOperation> { [HttpMethod.Post] = operation } }
        );

    private static OpenApiOperation Operation(
        OpenApiDocument document,
        string id,
        string summary,
        (string Name, string Description)[] members,
        params string[] required
    ) =>
        new()
        {
            OperationId = id,
            Summary = summary,
            Description = "The client authenticates by HTTP Basic, or by `client_id` and `client_secret` in the form.",
            Tags = new HashSet<OpenApiTagReference> { new(Tag, document) },
            Security =
            [
                [],
            ],
            RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Form] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchema
                        {
                            Type = JsonSchemaType.Object,
                            Required = new HashSet<string>(required),
                            Properties = members.ToDictionary<(string Name, string Description), string, IOpenApiSchema>(
                                member => member.Name,
                                member => new OpenApiSchema { Type = JsonSchemaType.String, Description = member.Description }
                            ),
                        },
                    },
                },
            },
            Responses = new OpenApiResponses
            {
                ["400"] = Answer(document, "The request is refused; `error` says why.", "TokenError"),
                ["401"] = Answer(document, "The client is unknown or its secret is wrong.", "TokenError"),
                ["429"] = Answer(document, "Too many wrong secrets; `Retry-After` says how long to wait.", "TokenError"),
            },
        };

    private static OpenApiResponse Answer(OpenApiDocument document, string description, string? schema) =>
        new()
        {
            Description = description,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new OpenApiMediaType
                {
                    Schema = schema is null
                        ? new OpenApiSchema { Type = JsonSchemaType.Object }
                        : new OpenApiSchemaReference(schema, document),
                    Example =
                        schema == "TokenError"
                            ? new JsonObject
                            {
                                ["error"] = "invalid_client",
                                ["error_description"] = "The client is unknown or its secret is wrong.",
                            }
                            : null,
                },
            },
        };
}

using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Marketplace.Identity.Server;

/// <summary>Points OAuth errors to this product's own help: the library's pages address developers who configure the library.</summary>
public static class HelpForErrors
{
    /// <summary>Prefix of anchors on the page of problems: <c>/problems#oauth-invalid_grant</c>.</summary>
    public const string Anchor = "oauth-";

    private static readonly BilingualTexts Texts = BilingualTexts.Load(typeof(HelpForErrors));

    /// <summary>The OAuth errors that callers see, and how to resolve each: the error is the key in the resource files.</summary>
    public static IReadOnlyList<(string Error, BilingualText Meaning)> All { get; } =
    [
        .. (
            (string[])
                [
                    "invalid_request",
                    "invalid_client",
                    "invalid_grant",
                    "invalid_scope",
                    "invalid_target",
                    "unauthorized_client",
                    "unsupported_grant_type",
                    "unsupported_response_type",
                    "access_denied",
                    "invalid_token",
                    "server_error",
                    "temporarily_unavailable",
                ]
        ).Select(error => (error, Texts.Get(error))),
    ];

    public static IEnumerable<OpenIddictServerHandlerDescriptor> Descriptors { get; } =
    [
        Of<ApplyTokenResponseContext>(),
        Of<ApplyAuthorizationResponseContext>(),
        Of<ApplyIntrospectionResponseContext>(),
        Of<ApplyRevocationResponseContext>(),
        Of<ApplyConfigurationResponseContext>(),
        Of<ApplyJsonWebKeySetResponseContext>(),
    ];

    private static OpenIddictServerHandlerDescriptor Of<TContext>()
        where TContext : BaseRequestContext =>
        OpenIddictServerHandlerDescriptor
            .CreateBuilder<TContext>()
            .UseInlineHandler(static context =>
            {
                if (context.Transaction.Response is { Error: { } error } response)
                {
                    var known = All.Any(help => help.Error == error);
                    var root = context.Options.Issuer ?? context.BaseUri;
                    var page = $"{IdentityNames.HelpPath}{(known ? $"#{Anchor}{error}" : string.Empty)}";
                    response.ErrorUri = $"{root?.AbsoluteUri.TrimEnd('/')}{page}";
                }

                return default;
            })
            .SetOrder(int.MinValue + 50_000)
            .SetType(OpenIddictServerHandlerType.Custom)
            .Build();
}

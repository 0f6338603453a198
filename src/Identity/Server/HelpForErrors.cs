using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Marketplace.Identity.Server;

/// <summary>Points OAuth errors to this product's own help: the library's pages address developers who configure the library.</summary>
public static class HelpForErrors
{
    /// <summary>Prefix of anchors on the page of problems: <c>/problems#oauth-invalid_grant</c>.</summary>
    public const string Anchor = "oauth-";

    /// <summary>The OAuth errors that callers see, and how to resolve each.</summary>
    public static IReadOnlyList<(string Error, BilingualText Meaning)> All { get; } =
    [
        (
            "invalid_request",
            new(
                "缺少参数、参数重复或无法读取；error_description 会指出是哪一个。",
                "A parameter is missing, is sent twice or cannot be read; error_description names it."
            )
        ),
        (
            "invalid_client",
            new(
                "客户端编号未知，或密钥不正确。请核对两者；启用新密钥后旧密钥失效。",
                "The client id is unknown, or the secret is not its own. Check both; a new secret ends the earlier one."
            )
        ),
        (
            "invalid_grant",
            new(
                "授权码、刷新令牌或主体令牌已使用、已过期或属于其他客户端。请重新开始授权。",
                "The code, refresh token or subject token is spent, expired or another client's. Start the sign-in again."
            )
        ),
        ("invalid_scope", new("权限不存在，或该客户端不能申请。", "A scope does not exist, or the client may not ask for it.")),
        ("invalid_target", new("受众或资源不属于本平台。", "The audience or resource is not one of this marketplace.")),
        ("unauthorized_client", new("该客户端不能使用这种授权方式。", "The client may not use this kind of grant.")),
        (
            "unsupported_grant_type",
            new(
                "grant_type 不在 /.well-known/openid-configuration 所列之中。",
                "The grant_type is not one of those in /.well-known/openid-configuration."
            )
        ),
        ("unsupported_response_type", new("只支持 response_type=code。", "Only response_type=code is served.")),
        (
            "access_denied",
            new(
                "卖家或平台拒绝了请求，error_description 会说明是哪一方。",
                "The seller or the marketplace refused; error_description says which."
            )
        ),
        ("invalid_token", new("令牌未知、已过期或已被撤销。", "The token is not known, has expired or was revoked.")),
        ("server_error", new("平台出错，请稍后重试。", "Something went wrong on our side; try again later.")),
        (
            "temporarily_unavailable",
            new("平台存储暂时不可用，请几秒后重试。", "The store does not answer now; try again in a few seconds.")
        ),
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

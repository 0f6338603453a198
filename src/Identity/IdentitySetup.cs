using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Marketplace.Identity.Browser;
using Marketplace.Identity.Clients;
using Marketplace.Identity.Consent;
using Marketplace.Identity.RefreshTokens;
using Marketplace.Identity.Server;
using Marketplace.Identity.Sessions;
using Marketplace.Identity.Signing;
using Marketplace.Identity.Store;
using Marketplace.Identity.SubjectTokens;
using Marketplace.Identity.Tokens;
using Marketplace.Timing;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using OpenIddict.Core;
using OpenIddict.Server;
using OpenIddict.Validation;

namespace Marketplace.Identity;

/// <summary>Wires the authorization server, token verification and operator sign-in.</summary>
public static class IdentitySetup
{
    private static readonly string[] BearerRoles =
    [
        ClientRoles.Platform,
        ClientRoles.SellerCenter,
        ClientRoles.SellerUser,
        ClientRoles.DeveloperUser,
        ClientRoles.Plugin,
        ClientRoles.PluginClient,
        ClientRoles.EntityReviewer,
        ClientRoles.SecurityReviewer,
        ClientRoles.BusinessReviewer,
    ];

    /// <summary>
    /// The host also registers <see cref="IInstallationDirectory"/>, <see cref="IPluginStops"/>, <see cref="ITokenRevocations"/>,
    /// <see cref="IClientFacts"/> and <see cref="IProblemWriter"/>, and calls <see cref="UseMarketplaceIdentity"/> and
    /// <see cref="MapMarketplaceIdentity"/>.
    /// </summary>
    public static IServiceCollection AddMarketplaceIdentity(
        this IServiceCollection services,
        IdentityStore store,
        IConfiguration configuration
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        services.AddOptionsWithValidateOnStart<IdentityOptions>().BindConfiguration(IdentityOptions.Section);
        services.AddSingleton<IValidateOptions<IdentityOptions>, IdentityOptionsAnnotations>();
        services.AddSingleton<IValidateOptions<IdentityOptions>, IdentityOptionsRules>();
        services.TryAddKeyedSingleton(IdentityNames.Clock, TimeProvider.System);

        services.AddOptionsWithValidateOnStart<SellerIdentityOptions>().BindConfiguration(SellerIdentityOptions.Section);
        services.AddSingleton<IValidateOptions<SellerIdentityOptions>, SellerIdentityOptionsAnnotations>();
        services.AddSingleton<IValidateOptions<SellerIdentityOptions>, SellerIdentityOptionsRules>();
        services.AddSingleton<SubjectTokenReader>();
        services.AddSingleton<SubjectTokenUses>();
        services.AddSingleton<ConsentForms>();
        services.AddScoped<ConsentFlow>();
        services.AddSingleton<RefreshTicketFormat>();
        services.AddSingleton<RefreshFamilies>();
        services.AddSingleton<PluginTokenAnswer>();

        // Without it the renderer of the pages would write Chinese as numbers.
        services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));

        AddStore(services, store);
        if (KeyCertificate.Read(configuration) is { } certificate)
        {
            services.AddDataProtection().ProtectKeysWithCertificate(certificate);
        }

        AddServer(services);
        AddValidation(services);
        AddSchemes(services);
        AddPolicies(services);

        services.AddSingleton<IClientRegistry, ClientRegistry>();
        services.AddSingleton<IClientAdministration, ClientAdministration>();
        services.AddSingleton<IClientChangeRecorder>(provider => provider.GetRequiredService<UnrecordedClientChanges>());
        services.AddSingleton<SecretAttempts>();
        services.AddSingleton<SecretReportPace>();
        services.AddSingleton<SecretChangePace>();
        services.AddSingleton<ClientMetrics>();
        services.AddSingleton<ClientUse>();
        services.AddScoped<ClientSecrets>();
        services.AddSingleton<TokenVerification>();
        services.AddSingleton(provider => new TokenAuthenticator(
            provider.GetRequiredService<TokenVerification>(),
            provider.GetRequiredService<AccessTokenFormat>(),
            provider.GetRequiredService<IOptions<IdentityOptions>>(),
            Clock(provider)
        ));
        services.AddPoller<IdentityMaintenance>();
        services.AddPoller<UnrecordedClientChanges>();
        return services;
    }

    /// <summary>
    /// Adds the authorization server's middleware for its own paths only. The framework would otherwise add its authentication middleware
    /// for every request and pass each quota-checked call to the authorization server first. Call it before routing.
    /// </summary>
    public static WebApplication UseMarketplaceIdentity(this WebApplication app)
    {
        // This key tells WebApplication not to add the authentication middleware.
        ((IApplicationBuilder)app).Properties["__AuthenticationMiddlewareSet"] = true;
        app.UseBrowserGuard();
        app.UseWhen(
            static context =>
                context.Request.Path.StartsWithSegments("/connect") || context.Request.Path.StartsWithSegments("/.well-known"),
            static branch => branch.UseAuthentication()
        );
        return app;
    }

    /// <summary>Maps the operator's sign-in pages; the OAuth endpoints are answered before routing.</summary>
    public static IEndpointRouteBuilder MapMarketplaceIdentity(this IEndpointRouteBuilder endpoints)
    {
        OperatorSignIn.Map(endpoints);
        SellerSignIn.Map(endpoints);
        ConsentFlow.Map(endpoints);
        SecretChange.Map(endpoints);
        return endpoints;
    }

    private static void AddStore(IServiceCollection services, IdentityStore store)
    {
        services.AddDbContextPool<IdentityContext>(options =>
        {
            var connectionString = IdentityDatabase.ConnectionStringOf(store);
            _ = store is IdentityStore.Sqlite ? options.UseSqlite(connectionString) : options.UseNpgsql(connectionString);
            options.UseOpenIddict();
        });
        services.AddDataProtection().SetApplicationName(IdentityNames.ApplicationName).PersistKeysToDbContext<IdentityContext>();
        services.AddSingleton<SigningKeySignals>();
        services.AddSingleton<SigningKeyRing>();
        services.AddSingleton<MarketplaceKeyRing>();
        services.AddSingleton<MarketplaceSecrets>();
        services.AddSingleton<IMarketplaceSecrets>(provider => provider.GetRequiredService<MarketplaceSecrets>());
        services.AddSingleton<AccessTokenFormat>();
        services.AddSingleton<IMarketplaceSigner>(provider => provider.GetRequiredService<MarketplaceKeyRing>());
        services.AddSingleton(provider => new IdentityDatabase(
            store,
            provider.GetRequiredService<IServiceScopeFactory>(),
            provider.GetRequiredService<SigningKeyRing>(),
            provider.GetRequiredService<MarketplaceKeyRing>(),
            provider.GetRequiredService<IMarketplaceSecrets>(),
            provider.GetRequiredService<AccessTokenFormat>()
        ));
        services.AddHostedService(provider => provider.GetRequiredService<IdentityDatabase>());
        services.AddOpenIddict().AddCore(core => core.UseEntityFrameworkCore().UseDbContext<IdentityContext>());
        services
            .AddOptions<OpenIddictCoreOptions>()
            .Configure<IServiceProvider>(static (core, provider) => core.TimeProvider = Clock(provider));
    }

    private static void AddServer(IServiceCollection services)
    {
        services
            .AddOpenIddict()
            .AddServer(server =>
            {
                server
                    .SetTokenEndpointUris("connect/token")
                    .SetAuthorizationEndpointUris("connect/authorize")
                    .SetIntrospectionEndpointUris("connect/introspect")
                    .SetRevocationEndpointUris("connect/revoke")
                    .SetConfigurationEndpointUris(".well-known/openid-configuration", IdentityNames.OAuthMetadataPath)
                    .SetJsonWebKeySetEndpointUris(".well-known/jwks")
                    .AllowClientCredentialsFlow()
                    .AllowTokenExchangeFlow()
                    .AllowAuthorizationCodeFlow()
                    .RequireProofKeyForCodeExchange()
                    .AllowRefreshTokenFlow()
                    .DisableScopeValidation()
                    .IgnoreScopePermissions()
                    .RegisterAudiences(IdentityNames.Audience)
                    .IgnoreAudiencePermissions()
                    .UseReferenceAccessTokens();
                server
                    .RemoveEventHandler(OpenIddictServerHandlers.ValidateClientSecret.Descriptor)
                    .RemoveEventHandler(OpenIddictServerHandlers.Revocation.RevokeToken.Descriptor)
                    .AddEventHandler(AuthenticateClient.Descriptor)
                    .AddEventHandler(ShapeErrorAnswer<OpenIddictServerEvents.ApplyTokenResponseContext>.Descriptor)
                    .AddEventHandler(ShapeErrorAnswer<OpenIddictServerEvents.ApplyIntrospectionResponseContext>.Descriptor)
                    .AddEventHandler(ShapeErrorAnswer<OpenIddictServerEvents.ApplyRevocationResponseContext>.Descriptor)
                    .AddEventHandler(UseConfiguredIssuer.Descriptor)
                    .AddEventHandler(DescribeServer.Descriptor)
                    .AddEventHandler(RequireRedirectUri.Descriptor)
                    .AddEventHandler(RevokeRow.Descriptor)
                    .AddEventHandler(StoreAccessToken.Descriptor)
                    .AddEventHandler(RequireOwnIssuer.Descriptor)
                    .AddEventHandler(ValidateRefreshToken.Descriptor)
                    .AddEventHandler(EndReplayedCode.Descriptor)
                    .AddEventHandler(RedeemCode.Descriptor)
                    .AddEventHandler(RedeemRefreshToken.Descriptor)
                    .AddEventHandler(AttachGrantedScopes.Descriptor);
                server
                    .AddEventHandler(RefuseStoppedPlugin.Descriptor)
                    .AddEventHandler(IssueToken.Descriptor)
                    .AddEventHandler(ValidateSubjectToken.Descriptor)
                    .AddEventHandler(ExchangeSubjectToken.Descriptor)
                    .AddEventHandler(PropagateRevocation.Descriptor)
                    .AddEventHandler(ForgetRevokedToken.Descriptor)
                    .AddEventHandler(DescribeToken.Descriptor);
                foreach (var help in HelpForErrors.Descriptors)
                {
                    server.AddEventHandler(help);
                }

                server.UseAspNetCore().EnableAuthorizationEndpointPassthrough();

                // Rows of codes and access tokens are encrypted with the key ring, which all processes share.
                server.UseDataProtection();

                // The server requires one, but nothing is encrypted with it: it may differ between processes and starts.
                server.AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)));
            });
        services
            .AddOptions<OpenIddictServerOptions>()
            .Configure<SigningKeyRing, IOptions<IdentityOptions>, IServiceProvider>(
                static (server, keys, options, provider) =>
                {
                    server.SigningCredentials.AddRange(keys.Keys.Select(key => key.Credentials));
                    server.AccessTokenLifetime = options.Value.AccessTokenLifetime;
                    server.Issuer = options.Value.Issuer;

                    // Restrict token exchange to docs/api/tokens.md: a foreign JWT for an access token, and no actor tokens.
                    server.AuthorizationCodeLifetime = options.Value.AuthorizationCodeLifetime;
                    server.CodeChallengeMethods.Clear();
                    server.CodeChallengeMethods.Add(OpenIddictConstants.CodeChallengeMethods.Sha256);
                    server.ResponseModes.Clear();
                    server.ResponseModes.Add(OpenIddictConstants.ResponseModes.Query);
                    server.ActorTokenTypes.Clear();
                    server.SubjectTokenTypes.Clear();
                    server.SubjectTokenTypes.UnionWith([
                        IdentityNames.SubjectTokenType,
                        OpenIddictConstants.TokenTypeIdentifiers.IdentityToken,
                    ]);
                    server.RequestedTokenTypes.Clear();
                    server.RequestedTokenTypes.Add(OpenIddictConstants.TokenTypeIdentifiers.AccessToken);
                    server.TimeProvider = Clock(provider);
                }
            );
        services
            .AddOptions<OpenIddict.Server.AspNetCore.OpenIddictServerAspNetCoreOptions>()
            .Configure<IOptions<IdentityOptions>>(
                static (server, options) => server.DisableTransportSecurityRequirement = options.Value.AllowHttp
            );
        services.AddSingleton(provider => provider.GetRequiredService<SigningKeySignals>().Server);
    }

    private static void AddValidation(IServiceCollection services)
    {
        services
            .AddOpenIddict()
            .AddValidation(validation =>
            {
                validation.UseLocalServer();
                validation.UseDataProtection();
                validation.AddAudiences(IdentityNames.Audience);

                // One read of the row per token and process, not per call: see TokenAuthenticator.
                validation.EnableTokenEntryValidation();
            });
        services
            .AddOptions<OpenIddictValidationOptions>()
            .Configure<IServiceProvider>(static (validation, provider) => validation.TimeProvider = Clock(provider));
        services.AddSingleton(provider => provider.GetRequiredService<SigningKeySignals>().Validation);
    }

    private static void AddSchemes(IServiceCollection services)
    {
        services.AddSingleton<BrowserSessions>();
        services.AddScoped<PluginTokenRows>();
        services.AddScoped<IClientSessions, ClientSessions>();
        services.AddSingleton<SessionCookies>();
        services
            .AddAuthentication()
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(IdentityNames.BearerScheme, null)
            .AddPolicyScheme(IdentityNames.OperatorScheme, null, options => options.ForwardDefaultSelector = OperatorSchemeOf)
            .AddCookie(IdentityNames.CookieScheme, options =>
            {
                options.Cookie.Name = SessionCookies.OperatorCookie;
                options.Cookie.SameSite = SameSiteMode.Strict;
                options.LoginPath = IdentityNames.SignInPath;
                options.ReturnUrlParameter = "return";
                options.Events.OnRedirectToLogin = static redirect => AskToSignIn(redirect);
                options.Events.OnRedirectToAccessDenied = static redirect =>
                    redirect
                        .HttpContext.RequestServices.GetRequiredService<IProblemWriter>()
                        .Write(redirect.HttpContext, "role-forbidden", null);
            })
            .AddCookie(IdentityNames.SellerCookieScheme, options =>
            {
                // Lax: the plugin's page, which is another site, redirects the browser here. All our pages ask before they act.
                options.Cookie.Name = SessionCookies.SellerCookie;
                options.Cookie.SameSite = SameSiteMode.Lax;
            });
        foreach (var scheme in new[] { IdentityNames.CookieScheme, IdentityNames.SellerCookieScheme })
        {
            services
                .AddOptions<CookieAuthenticationOptions>(scheme)
                .Configure<SessionCookies, IServiceProvider>(
                    static (cookie, manager, provider) =>
                    {
                        cookie.Cookie.HttpOnly = true;
                        cookie.CookieManager = manager;
                        cookie.SlidingExpiration = false;
                        cookie.TimeProvider = Clock(provider);
                        cookie.Events.OnValidatePrincipal = SessionSignIn.Validate;
                    }
                );
        }
    }

    private static void AddPolicies(IServiceCollection services)
    {
        var policies = services.AddAuthorizationBuilder();
        foreach (var role in BearerRoles)
        {
            policies.AddPolicy(role, policy =>
                policy.AddAuthenticationSchemes(IdentityNames.BearerScheme).RequireRole(ClientRoles.WithPersons(role))
            );
        }

        policies.AddPolicy(ClientRoles.Seller, policy =>
            policy.AddAuthenticationSchemes(IdentityNames.BearerScheme).RequireRole(ClientRoles.SellerCenter, ClientRoles.SellerUser)
        );

        policies.AddPolicy(ClientRoles.Operator, policy =>
            policy.AddAuthenticationSchemes(IdentityNames.OperatorScheme).RequireRole(ClientRoles.WithPersons(ClientRoles.Operator))
        );
    }

    private static string OperatorSchemeOf(HttpContext context) =>
        context.Request.Headers.Authorization.Count > 0 ? IdentityNames.BearerScheme : IdentityNames.CookieScheme;

    /// <summary>Shows the form to a browser; tells a program that the token is missing.</summary>
    private static Task AskToSignIn(RedirectContext<CookieAuthenticationOptions> redirect)
    {
        var context = redirect.HttpContext;
        if (
            HttpMethods.IsGet(context.Request.Method)
            && context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal)
        )
        {
            // The framework builds the address from the request's Host; redirect to the path only.
            context.Response.Redirect(new Uri(redirect.RedirectUri).PathAndQuery);
            return Task.CompletedTask;
        }

        return TokenChallenge.Write(
            context,
            TokenResult.Of(TokenFailure.Missing),
            context.RequestServices.GetRequiredService<IProblemWriter>()
        );
    }

    private static TimeProvider Clock(IServiceProvider provider) => provider.GetRequiredKeyedService<TimeProvider>(IdentityNames.Clock);
}

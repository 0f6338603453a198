using Marketplace.Api;
using Marketplace.Api.Http.Network;
using Marketplace.Api.PlatformApi.Demo;
using Marketplace.Api.SellerApi.Installations.Demo;
using Marketplace.Silo.Demo;
using Marketplace.Silo.Start;
using Marketplace.Storage;
using Marketplace.Webhooks.Plugins;
using Marketplace.Webhooks.SellerCenter;
using Microsoft.Extensions.Logging.Console;

namespace Marketplace.Silo;

/// <summary>The server: settings, services, endpoints.</summary>
internal static partial class Server
{
    /// <exception cref="StartRefusedException">A setting or an argument is wrong.</exception>
    public static WebApplication Build(string[] args)
    {
        CommandLine.Check(args);

        // Load appsettings from the executable's directory, not the working directory; the data folder is relative to the working
        // directory.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        SettingsCheck.Run(builder.Configuration);
        var demo = builder.Configuration.GetValue("Marketplace:Demo", false);
        if (demo && builder.Environment.IsProduction())
        {
            throw new StartRefusedException(
                "Marketplace:Demo makes clients with known roles and must not be true in the Production environment. Leave it "
                    + "out, or set DOTNET_ENVIRONMENT=Development."
            );
        }

        if (ProductionRules.Refusal(builder.Configuration, builder.Environment.IsProduction()) is { } refusal)
        {
            throw new StartRefusedException(refusal);
        }

        var storage = builder.Configuration.ReadStorageOptions();
        var open = DataFolderAccess.Protect(storage.DataFolder);
        builder.Logging.AddConsoleFormatter<LineFormatter, ConsoleFormatterOptions>();
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.FormatterName ??= LineFormatter.FormatterName);
        AddServices(builder, storage, demo);
        if (builder.Environment.IsProduction())
        {
            builder.Services.AddHostedService<DemoStoreCheck>();
        }

        var app = builder.Build();
        ProductionRules.Advise(app);
        foreach (var path in open)
        {
            LogOpenToOthers(app.Logger, path);
        }

        app.UseMarketplaceApi();
        app.UseMarketplaceCalls();
        app.MapMarketplaceOperations();
        if (demo)
        {
            app.MapDemoIssuer();
            app.MapDemoInstallations();
        }

        return app;
    }

    private static void AddServices(WebApplicationBuilder builder, StorageOptions storage, bool demo)
    {
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.Services.AddMarketplaceStorage(storage);
        builder.AddMarketplaceApi(IdentityStores.Of(storage));
        builder.AddMarketplaceCalls();
        builder.AddMarketplaceSilo(storage);
        builder.AddSellerCenterWebhook();
        builder.Services.AddPluginWebhooks();
        builder.AddMarketplaceTelemetry();
        builder.AddMarketplaceHealth();
        if (demo)
        {
            builder.AddDemoMarketplace();
        }
        else
        {
            builder.Services.AddHostedService<FirstClientAdvice>();
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Path} belongs to another user and is readable by others: it contains the keys of the store"
    )]
    private static partial void LogOpenToOthers(ILogger logger, string path);
}

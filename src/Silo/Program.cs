using Marketplace.Api;
using Marketplace.Api.Identity;
using Marketplace.Api.Identity.Demo;
using Marketplace.Api.Installations.Demo;
using Marketplace.Silo;
using Marketplace.Silo.Demo;
using Marketplace.Silo.Webhooks;
using Marketplace.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

// Settings lie beside the program, wherever it is started from; the data folder is relative to the current folder.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var demo = builder.Configuration.GetValue("Marketplace:Demo", false);
if (demo && builder.Environment.IsProduction())
{
    await Console.Error.WriteLineAsync(
        "Demo mode makes clients with known roles and must not run in the Production environment. Leave out Marketplace:Demo, or set DOTNET_ENVIRONMENT=Development.");
    return 2;
}

var storage = builder.Configuration.ReadStorageOptions();
DataFolderAccess.Create(storage.DataFolder);
builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(20));
builder.Services.AddMarketplaceStorage(storage);
builder.AddMarketplaceApi(storage.Provider == StorageProvider.Sqlite
    ? new IdentityStore.Sqlite(Path.Combine(storage.DataFolder, "identity.db"))
    : new IdentityStore.PostgreSql(storage.ConnectionString ?? string.Empty));
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

var app = builder.Build();
app.UseMarketplaceApi();
app.UseMarketplaceCalls();
app.MapMarketplaceOperations();
if (demo)
{
    app.MapDemoIssuer();
    app.MapDemoInstallations();
}

try
{
    await app.RunAsync();

    // Not always 0: what could not go on and stopped the host says so here, for the service manager.
    return Environment.ExitCode;
}
catch (Exception e) when (e is OptionsValidationException or InvalidOperationException or NpgsqlException)
{
    // A wrong setting, a data folder in use, a database that is not there: the cause in one line is what helps.
    await Console.Error.WriteLineAsync($"The start failed: {e.Message}");
    return 1;
}

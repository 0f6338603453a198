using Marketplace.Api;
using Marketplace.Api.Identity;
using Npgsql;
using Orleans.Configuration;

// The control plane alone, as a client of the cluster: it holds no counters, so the quota-checked path is not served here.
var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var database = builder.Configuration["Marketplace:Storage:ConnectionString"];
if (string.IsNullOrWhiteSpace(database))
{
    await Console.Error.WriteLineAsync(
        "The API host joins a cluster on PostgreSQL: set Marketplace:Storage:ConnectionString. For everything in one process run src/Silo instead.");
    return 2;
}

builder.Services.AddSingleton(_ => NpgsqlDataSource.Create(database));
builder.AddMarketplaceApi(new IdentityStore.PostgreSql(database));
builder.Host.UseOrleansClient(client =>
{
    client.UseAdoNetClustering(clustering => clustering.Configure<NpgsqlDataSource>((membership, source) =>
    {
        membership.Invariant = "Npgsql";
        membership.DataSource = source;
    }));
    client.Configure<ClusterOptions>(cluster =>
    {
        cluster.ServiceId = builder.Configuration["Marketplace:Silo:ServiceId"] ?? "marketplace";
        cluster.ClusterId = builder.Configuration["Marketplace:Silo:ClusterId"] ?? "marketplace";
    });
});

var app = builder.Build();
app.UseMarketplaceApi();
await app.RunAsync();
return 0;

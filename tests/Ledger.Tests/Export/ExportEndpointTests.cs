using System.Reflection;
using System.Text;
using Marketplace.Api.Http;
using Marketplace.Api.Http.Problems;
using Marketplace.Api.PlatformApi.Journal;
using Marketplace.Api.Privacy;
using Marketplace.Identity;
using Marketplace.Installations;
using Marketplace.Journal;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Marketplace.Ledger.Tests.Export;

/// <summary>The endpoint over a real socket, since a cut connection shows nowhere else.</summary>
public sealed class ExportEndpointTests : IAsyncDisposable
{
    private readonly List<WebApplication> _running = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        foreach (var app in _running)
        {
            await app.DisposeAsync();
        }
    }

    [Fact]
    public async Task All_pages_follow_each_other_as_one_answer()
    {
        using var client = await Start(after =>
            after switch
            {
                "" => Page("a\n", "s~1"),
                "s~1" => Page("b\n", "s~2"),
                _ => Page("", null),
            }
        );

        using var response = await client.GetAsync(new Uri("/platform/v1/export/feed", UriKind.Relative), Token);

        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("a\nb\n", await response.Content.ReadAsStringAsync(Token));
        Assert.Equal("b\n", await client.GetStringAsync(new Uri("/platform/v1/export/feed?after=s~1", UriKind.Relative), Token));
    }

    [Fact]
    public async Task A_store_that_fails_in_the_middle_cuts_the_connection()
    {
        using var client = await Start(after => after.Length == 0 ? Page("a\n", "s~1") : throw new StoreUnavailableException("away"));

        await Assert.ThrowsAsync<HttpRequestException>(() =>
            client.GetStringAsync(new Uri("/platform/v1/export/feed", UriKind.Relative), Token)
        );
    }

    [Fact]
    public async Task A_store_that_fails_at_once_and_a_position_that_is_none_are_problems()
    {
        using var client = await Start(_ => throw new StoreUnavailableException("away"));

        using var away = await client.GetAsync(new Uri("/platform/v1/export/journal", UriKind.Relative), Token);
        using var nonsense = await client.GetAsync(new Uri("/platform/v1/export/ledger?after=s~1", UriKind.Relative), Token);

        Assert.Equal((503, 400), ((int)away.StatusCode, (int)nonsense.StatusCode));
        Assert.Equal("application/problem+json", nonsense.Content.Headers.ContentType?.MediaType);
        Assert.Contains("cursor-invalid", await nonsense.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private static ExportPage Page(string lines, string? next) => new(Encoding.UTF8.GetBytes(lines), next);

    private async Task<HttpClient> Start(Func<string, ExportPage> read)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddKeyedSingleton(Marketplace.TimeProviderNames.Grains, TimeProvider.System);
        builder.Services.AddSingleton<HeavyRequests>();
        builder.Services.AddMarketplaceRedaction();
        builder.Services.AddSingleton(Factory.For(new PagesOf(read)));
        builder.Services.AddAuthentication();
        builder.Services.AddAuthorizationBuilder().AddPolicy(ClientRoles.Operator, policy => policy.RequireAssertion(_ => true));
        var app = builder.Build();
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.UseAuthorization();
        app.MapExports();
        await app.StartAsync(Token);
        _running.Add(app);
        return new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    private sealed class PagesOf(Func<string, ExportPage> read) : IExportGrain
    {
        public Task<ExportPage> ReadPage(ExportLog log, string after, CancellationToken cancellationToken)
        {
            try
            {
                return Task.FromResult(read(after));
            }
            catch (StoreUnavailableException e)
            {
                return Task.FromException<ExportPage>(e);
            }
        }

        public Task<ProofPage> ReadMonth(InstallationId installation, DateOnly month, string after, CancellationToken cancellationToken) =>
            Task.FromException<ProofPage>(new InvalidOperationException("An export reads no proof."));
    }

    /// <summary>Gives out one grain, whatever is asked for.</summary>
    public class Factory : DispatchProxy
    {
        private object? _grain;

        public static IGrainFactory For(IExportGrain grain)
        {
            var factory = Create<IGrainFactory, Factory>();
            ((Factory)(object)factory)._grain = grain;
            return factory;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _grain;
    }
}

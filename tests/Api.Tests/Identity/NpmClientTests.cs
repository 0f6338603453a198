using System.Diagnostics;
using System.Text.Json;

namespace Marketplace.Api.Tests.Identity;

/// <summary>A stock OAuth client library from npm against the running product (tests/OAuth.Client).</summary>
public class NpmClientTests(TestMarketplace marketplace)
{
    private const string Plugin = "order-pilot";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Fact]
    public async Task A_stock_client_library_runs_every_flow()
    {
        var installation = await RunningInstallation();
        var folder = Directory.CreateTempSubdirectory("oauth-client-");
        try
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "OAuth.Client")))
            {
                File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
            }

            await Run(folder, null, "npm", "ci", "--prefer-offline", "--ignore-scripts");
            var output = await Run(folder, Settings(installation), "node", "client.js");

            Assert.Equal(
                [
                    "ok discovery", "ok code flow with PKCE", "ok refresh", "ok replayed refresh before the successor was used",
                    "ok replayed refresh after the successor was used", "ok revocation", "ok token exchange",
                ],
                output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Enabled, consented to in the browser, and with a verified enterprise.</summary>
    private async Task<string> RunningInstallation()
    {
        var seller = marketplace.NewSeller();
        var browser = new SellerBrowser(marketplace.Http);
        var plugin = new PluginAuthorization(marketplace.Http, marketplace.Client.Demo.ClientOf(Plugin));
        await browser.Submit("/connect/authorize", await browser.Open(plugin.Address(), seller), ("decision", "accept"), ("grant", "orders.flag"));
        await browser.Submit("/connect/authorize", await browser.Open(plugin.Address(), seller), ("decision", "accept"));
        await marketplace.Verify($"{seller}/{Plugin}");
        return $"{seller}/{Plugin}";
    }

    private string Settings(string installation)
    {
        var demo = marketplace.Client.Demo;
        var (plugin, center) = (demo.ClientOf(Plugin), demo.Client("demo-seller-center"));
        return JsonSerializer.Serialize(new
        {
            @base = marketplace.Http.BaseAddress!.GetLeftPart(UriPartial.Authority),
            seller = TestMarketplace.SellerOf(installation),
            plugin = new { id = plugin.Id, secret = plugin.Secret, plugin = plugin.Plugin, redirect_uri = plugin.RedirectUri },
            sellerCenter = new { id = center.Id, secret = center.Secret },
        });
    }

    private static async Task<string> Run(DirectoryInfo folder, string? settings, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["MARKETPLACE"] = settings;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            Assert.True(process.ExitCode == 0, $"{program} ended with {process.ExitCode}: {await output}\n{await errors}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}

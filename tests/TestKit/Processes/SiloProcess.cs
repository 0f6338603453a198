using System.Diagnostics;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Marketplace.TestKit.Processes;

/// <summary>Where and how a server under test runs; the same over all its restarts.</summary>
public sealed record SiloOptions
{
    /// <summary>The data folder; a new temporary one, deleted with the process, if null.</summary>
    public string? DataFolder { get; init; }

    /// <summary>Npgsql connection string; null for SQLite.</summary>
    public string? PostgreSql { get; init; }

    /// <summary>Whether the demo marketplace is seeded and <c>demo.json</c> written. Default: true.</summary>
    public bool Demo { get; init; } = true;

    /// <summary>The host's environment name. Default: Development.</summary>
    public string Environment { get; init; } = "Development";

    /// <summary>Of a server that listens by TLS, on every address of the machine; null for plain HTTP on loopback.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>Further settings, for example <c>Marketplace:Quotas:BurstPerSecond</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Further environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();
}

/// <summary>The server as a process of its own: started, killed, ended, started again on the same data and ports.</summary>
public sealed class SiloProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(60);

    private readonly SiloOptions _options;
    private readonly DirectoryInfo? _ownFolder;
    private readonly int _siloPort = FreePort.Next();
    private readonly RecentOutput _output = new();
    private readonly HttpClient _probe;
    private Process? _process;
    private Watchdog? _watchdog;

    public SiloProcess(SiloOptions options)
    {
        _options = options;
        _ownFolder = options.DataFolder is null ? Directory.CreateTempSubdirectory("marketplace-data-") : null;
        DataFolder = options.DataFolder ?? _ownFolder!.FullName;
        var scheme = options.Certificate is null ? "http" : "https";
        BaseAddress = new Uri(FormattableString.Invariant($"{scheme}://127.0.0.1:{FreePort.Next()}"));
        _probe = new HttpClient(Handler()) { Timeout = TimeSpan.FromSeconds(5) };
    }

    public string DataFolder { get; }

    public Uri BaseAddress { get; }

    /// <summary>The last lines the process wrote.</summary>
    public string Output => _output.ToString();

    /// <summary>Arguments that name the store, of the server and of its <c>admin</c> commands.</summary>
    public IReadOnlyList<string> StoreSettings =>
        [
            $"--Marketplace:DataFolder={DataFolder}",
            $"--Marketplace:Storage:Provider={(_options.PostgreSql is null ? "Sqlite" : "PostgreSql")}",
            .. _options.PostgreSql is { } connection ? [$"--Marketplace:Storage:ConnectionString={connection}"] : Array.Empty<string>(),
        ];

    /// <summary>For clients of this server: keeps no cookies, follows nothing, and takes its certificate and no other.</summary>
    public HttpClientHandler Handler() =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ServerCertificateCustomValidationCallback = (_, shown, _, _) => shown?.Thumbprint == _options.Certificate?.Thumbprint,
        };

    /// <summary>Starts the process and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended or was not ready in time; the message carries its output.</exception>
    public async Task Start()
    {
        StartOnly();
        await WaitUntilReady();
    }

    /// <summary>Starts the process and waits until it has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TimeoutException">It still runs after a minute.</exception>
    public Task<int> StartAndWaitForEnd()
    {
        StartOnly();
        return EndOf();
    }

    /// <summary>Waits until the started process is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended or was not ready in time; the message carries its output.</exception>
    public async Task WaitUntilReady()
    {
        var watch = Stopwatch.StartNew();
        while (!await IsReady())
        {
            if (_process!.HasExited || watch.Elapsed > ReadyLimit)
            {
                var state = _process.HasExited ? $"ended with {_process.ExitCode}" : "was not ready in time";
                throw new InvalidOperationException($"The server {state}:\n{Output}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Waits until the process has ended by itself.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TimeoutException">It still runs after a minute.</exception>
    public Task<int> WaitForEnd() => EndOf();

    /// <summary>kill -9.</summary>
    public Task Kill() => End(Signals.Kill);

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="TimeoutException">It still runs after a minute.</exception>
    public Task<int> Terminate() => End(Signals.Terminate);

    /// <summary>Runs an <c>admin</c> command on the server's store, with its settings, whether or not it runs.</summary>
    public Task<ProgramResult> Admin(params IEnumerable<string> command) =>
        BuiltProgram.Run("Silo", ["admin", .. command, .. StoreSettings, .. FurtherSettings], EndLimit, environment: Environment());

    /// <summary>The demo marketplace's clients and secrets.</summary>
    public DemoFile ReadDemoFile() => DemoFile.Read(Path.Combine(DataFolder, DemoFile.Name));

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await Kill();
        }

        _probe.Dispose();
        _ownFolder?.Delete(recursive: true);
    }

    /// <summary>Starts the process and does not wait for anything.</summary>
    public void StartOnly()
    {
        if (_process is not null)
        {
            throw new InvalidOperationException("The server runs already.");
        }

        _process = BuiltProgram.Start("Silo", Arguments(), Environment(), _output);
        _watchdog = new Watchdog(_process, "KILL", _ownFolder?.FullName);
    }

    private IEnumerable<string> FurtherSettings => _options.Settings.Select(setting => $"--{setting.Key}={setting.Value}");

    private Dictionary<string, string?> Environment()
    {
        var environment = new Dictionary<string, string?>
        {
            ["DOTNET_ENVIRONMENT"] = _options.Environment,
            ["ASPNETCORE_ENVIRONMENT"] = _options.Environment,
            // A server lives for seconds here: profiling its code costs a tenth of a start and never pays.
            ["DOTNET_TieredPGO"] = "0",
        };
        foreach (var (name, value) in _options.Variables)
        {
            environment[name] = value;
        }

        return environment;
    }

    private IEnumerable<string> Arguments()
    {
        yield return _options.Certificate is null
            ? $"--urls={BaseAddress.GetLeftPart(UriPartial.Authority)}"
            : FormattableString.Invariant($"--urls=https://0.0.0.0:{BaseAddress.Port}");
        yield return $"--Marketplace:Demo={(_options.Demo ? "true" : "false")}";
        // Registering 181 more plugins costs half as much as the start itself, and no process test looks at them.
        yield return "--Marketplace:DemoCatalogue=false";
        yield return FormattableString.Invariant($"--Marketplace:Silo:Port={_siloPort}");
        foreach (var argument in StoreSettings.Concat(FurtherSettings))
        {
            yield return argument;
        }
    }

    private async Task<bool> IsReady()
    {
        try
        {
            using var answer = await _probe.GetAsync(new Uri(BaseAddress, "/health/ready"));
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return false;
        }
    }

    private Task<int> End(int signal)
    {
        (_process ?? throw new InvalidOperationException("The server does not run.")).Send(signal);
        return EndOf();
    }

    private async Task<int> EndOf()
    {
        using var deadline = new CancellationTokenSource(EndLimit);
        try
        {
            await _process!.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The server still runs {EndLimit} after it should have ended:\n{Output}");
        }

        var code = _process.ExitCode;
        _watchdog!.Dispose();
        _process.Dispose();
        _process = null;
        return code;
    }
}

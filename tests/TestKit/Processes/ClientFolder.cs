using System.Diagnostics;

namespace Marketplace.TestKit.Processes;

/// <summary>A stranger's client (tests/….Client): a copy of its files in a temporary folder, in which its programs run.</summary>
public sealed class ClientFolder : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("client-");

    private ClientFolder() { }

    /// <summary>Where the copy is.</summary>
    public string Path => _folder.FullName;

    /// <summary>Copies a client.</summary>
    /// <param name="name">Of its folder beside the tests' program.</param>
    public static ClientFolder Copy(string name)
    {
        var made = new ClientFolder();
        foreach (var file in Directory.EnumerateFiles(System.IO.Path.Combine(AppContext.BaseDirectory, name)))
        {
            File.Copy(file, System.IO.Path.Combine(made.Path, System.IO.Path.GetFileName(file)));
        }

        return made;
    }

    /// <summary>Copies a client in JavaScript and installs the packages of its lock.</summary>
    /// <param name="name">Of its folder beside the tests' program.</param>
    /// <param name="cancellationToken">Ends the installing.</param>
    public static async Task<ClientFolder> Install(string name, CancellationToken cancellationToken)
    {
        var made = Copy(name);
        await made.Run([], "npm", ["ci", "--prefer-offline", "--ignore-scripts"], cancellationToken);
        return made;
    }

    /// <summary>Runs a program to its end and gives what it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message carries its output.</exception>
    public async Task<string> Run(
        (string Name, string Value)[] environment,
        string program,
        string[] arguments,
        CancellationToken cancellationToken
    )
    {
        using var process = Start(environment, program, arguments);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            process.StandardInput.Close();
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.WaitForExitAsync(limit.Token);
            return process.ExitCode == 0
                ? await output
                : throw new InvalidOperationException(
                    $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}\n{await errors}"
                );
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>Starts a program whose standard streams are the caller's.</summary>
    public Process Start((string Name, string Value)[] environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

using System.Diagnostics;

namespace Marketplace.Api.Tests.Hosting;

/// <summary>A client in JavaScript (tests/….Client) with the packages of its lock, in a folder of its own.</summary>
internal sealed class NodeFolder : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("node-client-");

    private NodeFolder()
    {
    }

    /// <param name="name">Of the folder beside the tests' program.</param>
    public static async Task<NodeFolder> Install(string name)
    {
        var made = new NodeFolder();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, name)))
        {
            File.Copy(file, Path.Combine(made._folder.FullName, Path.GetFileName(file)));
        }

        await made.Run([], "npm", "ci", "--prefer-offline", "--ignore-scripts");
        return made;
    }

    /// <summary>Runs a program to its end and gives what it printed; fails if it fails.</summary>
    public async Task<string> Run((string Name, string Value)[] environment, string program, params string[] arguments)
    {
        using var process = Start(environment, program, arguments);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            process.StandardInput.Close();
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

    /// <summary>Starts a program whose standard streams are the caller's.</summary>
    public Process Start((string Name, string Value)[] environment, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.FullName,
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

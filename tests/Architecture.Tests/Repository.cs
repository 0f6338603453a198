namespace Marketplace.Architecture.Tests;

/// <summary>The repository's files, for rules about what is written.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The code files below a folder of the root.</summary>
    public static IEnumerable<string> SourceFiles(string folder) =>
        Directory
            .EnumerateFiles(Path.Combine(Root, folder), "*", SearchOption.AllDirectories)
            .Where(file =>
                (Path.GetExtension(file) is ".cs" or ".razor")
                && !file.Contains("node_modules", StringComparison.Ordinal)
                && !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            );

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Marketplace.Orleans.sln")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}

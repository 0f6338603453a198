namespace Marketplace.Samples.Tests;

/// <summary>The folders of <c>samples/</c>, as they were copied beside the tests.</summary>
internal static class SampleFiles
{
    public static string FolderOf(string sample) => Path.Combine(AppContext.BaseDirectory, "samples", sample);

    public static string PathOf(string sample, string file) => Path.Combine(FolderOf(sample), file);
}

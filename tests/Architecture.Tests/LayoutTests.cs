using Xunit;

namespace Marketplace.Architecture.Tests;

/// <summary>The house rules that no tool of the build holds.</summary>
public sealed class LayoutTests
{
    private const int LongestLine = 140;

    public static TheoryData<string> Folders { get; } = ["src", "tools", "tests", "samples"];

    /// <summary>
    /// The formatter breaks code; comments and texts are broken by hand. Data in a literal (JSON, SQL, patterns) may be longer.
    /// </summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public void No_line_is_longer_than_140_characters(string folder) => Assert.Empty(Repository.SourceFiles(folder).SelectMany(LongLines));

    [Fact]
    public void A_long_line_is_seen()
    {
        var text = new string('x', LongestLine + 1);
        Assert.Equal([2], LongLines(["short", $"// {text}", "var json = \"\"\"", text, "    \"\"\";", $"Regex(@\"{text}\")"]));
    }

    private static IEnumerable<string> LongLines(string file) =>
        LongLines(File.ReadAllLines(file)).Select(number => $"{Path.GetRelativePath(Repository.Root, file)}:{number}");

    private static IEnumerable<int> LongLines(string[] lines)
    {
        var isRaw = false;
        for (var i = 0; i < lines.Length; i++)
        {
            var marks = lines[i].Split("\"\"\"").Length - 1;
            var isData = isRaw || marks > 0 || lines[i].Contains("@\"", StringComparison.Ordinal);
            isRaw ^= marks % 2 == 1;
            if (!isData && lines[i].Length > LongestLine)
            {
                yield return i + 1;
            }
        }
    }
}

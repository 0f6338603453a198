using System.Collections.Frozen;
using System.Globalization;

namespace Marketplace.Certification.Scans;

/// <summary>
/// Maps weaknesses (CWE) to the categories of the OWASP Top 10 of 2021: those that scanners report for web services, from the lists at
/// owasp.org/Top10.
/// </summary>
internal static class Owasp
{
    /// <summary>For a finding without a known weakness.</summary>
    public const string Other = "other";

    private static readonly FrozenDictionary<int, string> OfWeakness = new Dictionary<string, int[]>
    {
        ["A01"] =
        [
            22,
            23,
            35,
            59,
            200,
            201,
            219,
            264,
            275,
            276,
            284,
            285,
            352,
            359,
            377,
            402,
            425,
            441,
            497,
            538,
            540,
            548,
            552,
            566,
            601,
            639,
            651,
            668,
            706,
            862,
            863,
            913,
            922,
            1275,
        ],
        ["A02"] =
        [
            261,
            296,
            310,
            319,
            321,
            322,
            323,
            324,
            325,
            326,
            327,
            328,
            329,
            330,
            331,
            335,
            336,
            337,
            338,
            340,
            347,
            523,
            720,
            757,
            759,
            760,
            780,
            818,
            916,
        ],
        ["A03"] =
        [
            20,
            74,
            75,
            77,
            78,
            79,
            80,
            83,
            87,
            88,
            89,
            90,
            91,
            93,
            94,
            95,
            96,
            97,
            98,
            99,
            100,
            113,
            116,
            138,
            184,
            470,
            471,
            564,
            610,
            643,
            644,
            652,
            917,
        ],
        ["A04"] =
        [
            73,
            183,
            209,
            213,
            235,
            256,
            257,
            266,
            269,
            280,
            311,
            312,
            313,
            316,
            419,
            430,
            434,
            444,
            451,
            472,
            501,
            522,
            525,
            539,
            579,
            598,
            602,
            642,
            646,
            650,
            653,
            656,
            657,
            799,
            807,
            840,
            841,
            927,
            1021,
            1173,
        ],
        ["A05"] = [2, 11, 13, 15, 16, 260, 315, 520, 526, 537, 541, 547, 611, 614, 756, 776, 942, 1004, 1032, 1174],
        ["A06"] = [937, 1035, 1104],
        ["A07"] = [255, 259, 287, 288, 290, 294, 295, 297, 300, 302, 304, 306, 307, 346, 384, 521, 613, 620, 640, 798, 940, 1216],
        ["A08"] = [345, 353, 426, 494, 502, 565, 784, 829, 830, 915],
        ["A09"] = [117, 223, 532, 778],
        ["A10"] = [918],
    }
        .SelectMany(static category => category.Value.Select(weakness => (weakness, category.Key)))
        .ToFrozenDictionary(static pair => pair.weakness, static pair => pair.Key);

    /// <summary>
    /// The category named by a rule's tags: by name (<c>OWASP-A03:2021</c>), or by weakness (<c>external/cwe/cwe-079</c>).
    /// </summary>
    public static string CategoryOf(IEnumerable<string> tags)
    {
        var said = tags.Select(static tag => tag.ToUpperInvariant()).ToArray();
        return said.Select(ByName).FirstOrDefault(static category => category is not null)
            ?? said.Select(ByWeakness).FirstOrDefault(static category => category is not null)
            ?? Other;
    }

    private static string? ByName(string tag)
    {
        // Other editions number the categories differently.
        var isOfOther = tag.Contains(":20", StringComparison.Ordinal) && !tag.Contains(":2021", StringComparison.Ordinal);
        if (!tag.Contains("OWASP", StringComparison.Ordinal) || isOfOther)
        {
            return null;
        }

        return OfWeakness
            .Values.Distinct()
            .FirstOrDefault(category =>
            {
                var start = tag.IndexOf(category, StringComparison.Ordinal);
                var end = start + category.Length;
                return start > 0 && !char.IsAsciiLetterOrDigit(tag[start - 1]) && (end == tag.Length || !char.IsAsciiDigit(tag[end]));
            });
    }

    private static string? ByWeakness(string tag)
    {
        var start = tag.IndexOf("CWE-", StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }

        var digits = new string([.. tag[(start + 4)..].TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var weakness)
            ? OfWeakness.GetValueOrDefault(weakness)
            : null;
    }
}

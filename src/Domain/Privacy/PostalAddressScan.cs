using System.Text.RegularExpressions;

namespace Marketplace.Privacy;

/// <summary>
/// Scans for postal addresses: a Chinese road with a house number, preceded by a place (省, 市, 区 …) or followed by a flat; a Chinese
/// compound with building and flat; and a Western street with a house number next to a postcode, a flat or in a country's usual notation. A
/// place alone ("Zhejiang, Hangzhou") and a street alone ("shop in Nanjing Road") do not count.
/// </summary>
internal static partial class PostalAddressScan
{
    private const int TimeoutMs = 1000;

    /// <summary>The ranges of addresses.</summary>
    /// <param name="text">A text from <see cref="FoldedText"/>.</param>
    /// <param name="streets">True to accept a Western street with a house number even without a postcode.</param>
    public static IEnumerable<(int Start, int Length)> In(string text, bool streets)
    {
        if (!text.Any(char.IsDigit))
        {
            return [];
        }

        Regex[] patterns = streets
            ?
            [
                ChineseRoad(),
                ChineseFlat(),
                ChineseCompound(),
                English(),
                German(),
                Romance(),
                PostBox(),
                GermanStreet(),
                RomanceStreet(),
                EnglishStreet(),
            ]
            : [ChineseRoad(), ChineseFlat(), ChineseCompound(), English(), German(), Romance(), PostBox()];
        return patterns.SelectMany(pattern => pattern.Matches(text)).Select(match => (match.Index, match.Length));
    }

    [GeneratedRegex(
        @"(?:省|市|区|县|镇|乡|旗|自治州)[^,，。;；|]{0,24}?(?:路|街|大道|道|巷|弄|胡同)[^,，。;；|\d]{0,6}\d{1,5}(?:-\d{1,4})? ?[号弄]",
        RegexOptions.None,
        TimeoutMs
    )]
    private static partial Regex ChineseRoad();

    [GeneratedRegex(
        @"[\u4e00-\u9fff](?:路|街|大道|巷|胡同) ?\d{1,5}(?:-\d{1,4})? ?[号弄].{0,12}?\d{1,5} ?(?:室|单元|号楼|楼|栋|幢|座|层)",
        RegexOptions.None,
        TimeoutMs
    )]
    private static partial Regex ChineseFlat();

    [GeneratedRegex(
        @"(?:小区|花园|公寓|大厦|新村|社区|苑|庭|府|村) ?[^\s,，。|]{0,6}?\d{1,4} ?(?:号楼|栋|幢|座|单元|号).{0,8}?\d{1,5} ?(?:室|号|单元|房)",
        RegexOptions.None,
        TimeoutMs
    )]
    private static partial Regex ChineseCompound();

    // The words between number and kind of street are capitalized: "3 new ways in 94105 shops" is no street.
    [GeneratedRegex(
        @"(?<![\w.])\d{1,5}[A-Za-z]?,? (?:[NSEW]\.? )?(?:[A-Z0-9][\w'’.-]{0,20} ){1,4}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Place|Pl|Square|Sq|Terrace|Crescent|Close|Highway|Hwy|Parkway|Pkwy)\b\.?"
            + @"(?:.{0,60}?\b(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{2,3} \d{4})\b|,? ?(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|#)\.? ?\d{1,5})",
        RegexOptions.None,
        TimeoutMs
    )]
    private static partial Regex English();

    [GeneratedRegex(
        @"\p{Lu}[\p{L}.-]{0,30}(?:stra(?:ß|ss)e|str\.|gasse|weg|platz|allee|straat|gade|gatan) ?\d{1,4} ?[a-z]?\b.{0,20}?\b\d{4,5}\b ?\p{Lu}",
        RegexOptions.None,
        TimeoutMs
    )]
    private static partial Regex German();

    [GeneratedRegex(
        @"(?:\b(?:Rua|Avenida|Av\.|Calle|C/|Carrer|Via|Viale|Corso|Travessa|Praça|Plaza) \p{L}[^\d\n|]{1,40}\d{1,5}\b|\b\d{1,4},? (?:bis )?(?:rue|avenue|boulevard|place|impasse|allée) \p{L}[^\d\n|]{2,40}).{0,60}?\b\d{4,5}(?:-\d{3})?\b",
        RegexOptions.None,
        TimeoutMs
    )]
    private static partial Regex Romance();

    [GeneratedRegex(@"\bP\.? ?O\.? ?Box \d{1,6}\b", RegexOptions.IgnoreCase, TimeoutMs)]
    private static partial Regex PostBox();

    // Only street words without another meaning.
    [GeneratedRegex(
        @"\p{Lu}[\p{L}.-]{0,30}(?:stra(?:ß|ss)e|str\.|gasse|allee|straat|gatan) ?\d{1,4} ?[a-z]?\b",
        RegexOptions.None,
        TimeoutMs
    )]
    private static partial Regex GermanStreet();

    [GeneratedRegex(
        @"\b\d{1,4},? (?:bis |ter )?(?:rue|avenue|boulevard|impasse|allée|quai|chemin) (?:de |du |des |d['’]|la |le |les |l['’]){0,2}\p{Lu}\p{L}{1,30}",
        RegexOptions.None,
        TimeoutMs
    )]
    private static partial Regex RomanceStreet();

    [GeneratedRegex(
        @"(?<![\w.])\d{1,5}[A-Za-z]? (?:[NSEW]\.? )?(?:[A-Z][\w'’.-]{0,20} ){1,3}(?:Street|Avenue|Road|Lane|Boulevard)\b(?=,? \p{Lu})",
        RegexOptions.None,
        TimeoutMs
    )]
    private static partial Regex EnglishStreet();
}

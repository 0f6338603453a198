using System.Collections.Immutable;

namespace Marketplace.Api.SellerApi.Labels;

/// <summary>Draws Code 128 (ISO/IEC 15417), set B, for carriers' scanners. Accepts visible ASCII characters and the space.</summary>
internal static class Code128
{
    private const int StartB = 104;
    private const int Stop = 106;
    private const int Modulo = 103;
    private const char First = ' ';
    private const int QuietModules = 10;

    // Widths of bar, space, bar, space, bar, space of each value; the stop has one more bar.
    private static readonly string[] Widths =
    [
        "212222",
        "222122",
        "222221",
        "121223",
        "121322",
        "131222",
        "122213",
        "122312",
        "132212",
        "221213",
        "221312",
        "231212",
        "112232",
        "122132",
        "122231",
        "113222",
        "123122",
        "123221",
        "223211",
        "221132",
        "221231",
        "213212",
        "223112",
        "312131",
        "311222",
        "321122",
        "321221",
        "312212",
        "322112",
        "322211",
        "212123",
        "212321",
        "232121",
        "111323",
        "131123",
        "131321",
        "112313",
        "132113",
        "132311",
        "211313",
        "231113",
        "231311",
        "112133",
        "112331",
        "132131",
        "113123",
        "113321",
        "133121",
        "313121",
        "211331",
        "231131",
        "213113",
        "213311",
        "213131",
        "311123",
        "311321",
        "331121",
        "312113",
        "312311",
        "332111",
        "314111",
        "221411",
        "431111",
        "111224",
        "111422",
        "121124",
        "121421",
        "141122",
        "141221",
        "112214",
        "112412",
        "122114",
        "122411",
        "142112",
        "142211",
        "241211",
        "221114",
        "413111",
        "241112",
        "134111",
        "111242",
        "121142",
        "121241",
        "114212",
        "124112",
        "124211",
        "411212",
        "421112",
        "421211",
        "212141",
        "214121",
        "412121",
        "111143",
        "111341",
        "131141",
        "114113",
        "114311",
        "411113",
        "411311",
        "113141",
        "114131",
        "311141",
        "411131",
        "211412",
        "211214",
        "211232",
        "2331112",
    ];

    /// <summary>The widths of bars and spaces, a bar first, from start to stop.</summary>
    /// <exception cref="ArgumentException">The text has a character outside set B.</exception>
    public static IReadOnlyList<int> Encode(string text)
    {
        if (text.Length == 0 || text.Any(character => character is < First or > '~'))
        {
            throw new ArgumentException("Set B contains visible ASCII characters and the space only.", nameof(text));
        }

        var values = text.Select(character => character - First).ToArray();
        var check = (StartB + values.Select((value, i) => value * (i + 1)).Sum()) % Modulo;
        return
        [
            .. new[] { StartB }.Concat(values).Append(check).Append(Stop).SelectMany(value => Widths[value]).Select(width => width - '0'),
        ];
    }

    /// <summary>The bars between the quiet zones.</summary>
    /// <exception cref="ArgumentException">The text has a character outside set B.</exception>
    public static Code128Image Draw(string text)
    {
        var bars = ImmutableArray.CreateBuilder<(int X, int Width)>();
        var x = QuietModules;
        foreach (var (i, width) in Encode(text).Index())
        {
            if (i % 2 == 0)
            {
                bars.Add((x, width));
            }

            x += width;
        }

        return new Code128Image(bars.ToImmutable(), x + QuietModules);
    }
}

/// <summary>A bar code to draw; the unit is one module.</summary>
/// <param name="Bars">The bars from left to right.</param>
/// <param name="Width">The width with the quiet zones.</param>
internal sealed record Code128Image(ImmutableArray<(int X, int Width)> Bars, int Width);

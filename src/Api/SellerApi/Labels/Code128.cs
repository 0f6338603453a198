using System.Collections.Immutable;
using ZXing.OneD;

namespace Marketplace.Api.SellerApi.Labels;

/// <summary>Draws Code 128 (ISO/IEC 15417) for carriers' scanners. Accepts visible ASCII characters and the space.</summary>
internal static class Code128
{
    private const int QuietModules = 10;

    /// <summary>The bars between the quiet zones.</summary>
    /// <exception cref="ArgumentException">The text is empty, longer than 80 characters or not visible ASCII.</exception>
    public static Code128Image Draw(string text)
    {
        // The encoder takes some characters above ASCII for function codes, which a scanner would not read as text.
        if (text.Any(static character => character is < ' ' or > '~'))
        {
            throw new ArgumentException("The bar code contains visible ASCII characters and the space only.", nameof(text));
        }

        var modules = new Code128Writer().encode(text);
        var bars = ImmutableArray.CreateBuilder<(int X, int Width)>();
        for (var x = 0; x < modules.Length; x++)
        {
            var start = x;
            while (x < modules.Length && modules[x])
            {
                x++;
            }

            if (x > start)
            {
                bars.Add((QuietModules + start, x - start));
            }
        }

        return new Code128Image(bars.ToImmutable(), modules.Length + (2 * QuietModules));
    }
}

/// <summary>A bar code to draw; the unit is one module.</summary>
/// <param name="Bars">The bars from left to right.</param>
/// <param name="Width">The width with the quiet zones.</param>
internal sealed record Code128Image(ImmutableArray<(int X, int Width)> Bars, int Width);

using Marketplace.Enterprises;
using SkiaSharp;

namespace Marketplace.Api.SellerApi.Enterprises;

/// <summary>A picture's properties by its content.</summary>
/// <param name="MediaType"><c>image/png</c> or <c>image/jpeg</c>.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal sealed record Picture(string MediaType, int Width, int Height);

/// <summary>Checks that an upload is a scan usable for review: type, resolution, completeness and colour, all by content (R43).</summary>
internal static class PictureCheck
{
    /// <summary>Maximum bytes of an upload.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>A business licence (A4) at 120 dpi, an identity card at 300 dpi.</summary>
    private const int MinLongSide = 1_000;
    private const int MinShortSide = 600;

    /// <summary>A4 at 500 dpi; more would be decoded into more than 100 MB.</summary>
    private const int MaxPixels = 24_000_000;

    // A pixel is coloured if its strongest and weakest primary differ by this much of 255: more than what yellowed paper or a scanner's
    // cast adds …
    private const int ColouredFrom = 40;

    // … and a colour scan of these documents has a red emblem, seal or tinted ground on far more than one pixel in 200.
    private const int ColouredShare = 200;
    private const int Samples = 200;

    // Decoding temporarily takes up to 100 MB.
    private static readonly SemaphoreSlim Places = new(2);

    public static async Task<Outcome<Picture>> Inspect(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        await Places.WaitAsync(cancellationToken);
        try
        {
            return Inspect(bytes.Span);
        }
        finally
        {
            Places.Release();
        }
    }

    private static Outcome<Picture> Inspect(ReadOnlySpan<byte> bytes)
    {
        using var data = SKData.CreateCopy(bytes);
        using var codec = SKCodec.Create(data);
        if (codec?.EncodedFormat is not (SKEncodedImageFormat.Png or SKEncodedImageFormat.Jpeg))
        {
            return DocumentRefusals.Type();
        }

        // Check the header's dimensions before decoding: a few bytes can claim to be gigapixels.
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if ((long)width * height > MaxPixels)
        {
            return DocumentRefusals.TooLarge(width, height, MaxPixels);
        }

        if (Math.Max(width, height) < MinLongSide || Math.Min(width, height) < MinShortSide)
        {
            return DocumentRefusals.TooSmall(width, height, MinLongSide, MinShortSide);
        }

        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) != SKCodecResult.Success)
        {
            return DocumentRefusals.Broken();
        }

        return IsColoured(bitmap)
            ? new Picture(codec.EncodedFormat == SKEncodedImageFormat.Png ? "image/png" : "image/jpeg", width, height)
            : DocumentRefusals.Grey();
    }

    private static bool IsColoured(SKBitmap bitmap)
    {
        var pixels = bitmap.GetPixelSpan();
        var coloured = 0;
        for (var row = 0; row < Samples; row++)
        {
            var line = pixels.Slice(row * bitmap.Height / Samples * bitmap.RowBytes, bitmap.RowBytes);
            for (var column = 0; column < Samples; column++)
            {
                var pixel = line.Slice(column * bitmap.Width / Samples * 4, 3);
                var (low, high) = (Math.Min(pixel[0], Math.Min(pixel[1], pixel[2])), Math.Max(pixel[0], Math.Max(pixel[1], pixel[2])));
                coloured += high - low >= ColouredFrom ? 1 : 0;
            }
        }

        return coloured * ColouredShare >= Samples * Samples;
    }
}

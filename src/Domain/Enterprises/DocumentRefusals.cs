using System.Globalization;

namespace Marketplace.Enterprises;

/// <summary>Refusals of pictures unfit for a review (R43).</summary>
public static class DocumentRefusals
{
    public const string TypeInvalid = "document-type-invalid";
    public const string Damaged = "document-damaged";
    public const string ResolutionTooLow = "document-resolution-too-low";
    public const string TooManyPixels = "document-too-many-pixels";
    public const string NotColour = "document-not-colour";

    public static Refusal Type() => Of(TypeInvalid, "The contents are neither a PNG nor a JPEG picture.", "Send the scan as PNG or JPEG.");

    public static Refusal Broken() => Of(Damaged, "The picture cannot be read to its end.", "Scan or export the document again.");

    public static Refusal TooSmall(int width, int height, int minLong, int minShort) =>
        Of(
            ResolutionTooLow,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The picture has {width} × {height} pixels; at least {minLong} on the long side and {minShort} on the short "
                    + $"side are needed."
            ),
            "Scan with a higher resolution."
        );

    public static Refusal TooLarge(int width, int height, int maxPixels) =>
        Of(
            TooManyPixels,
            string.Create(
                CultureInfo.InvariantCulture,
                $"The picture says it has {width} × {height} pixels; at most {maxPixels} pixels are taken."
            ),
            "Scan with a lower resolution."
        );

    public static Refusal Grey() => Of(NotColour, "The picture is grey or black and white.", "Scan the original in colour.");

    private static Refusal Of(string code, string reason, string fix) => new(code, reason, "seller", fix);
}

using System.Text.Json;

namespace Marketplace.Certification.Manifests;

/// <summary>Files as editors and scanners write them.</summary>
internal static class TextFile
{
    /// <summary>Two members of one name would mean different things to different readers.</summary>
    public static JsonDocumentOptions Strict => new() { AllowDuplicateProperties = false };

    /// <summary>The file without the byte order mark that some programs put in front of UTF-8.</summary>
    public static ReadOnlyMemory<byte> Content(ReadOnlyMemory<byte> file) =>
        file.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? file[3..] : file;
}

using System.Collections.Immutable;

namespace Marketplace.Enterprises;

/// <summary>The journal's record of an uploaded document. The picture itself is stored encrypted in the document store.</summary>
/// <param name="Id">Identifies the ciphertext in the document store.</param>
/// <param name="Sha256">SHA-256 of the ciphertext, hexadecimal.</param>
/// <param name="MediaType"><c>image/png</c> or <c>image/jpeg</c>, detected from the content.</param>
/// <param name="Bytes">Length of the picture, not of the ciphertext.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
[GenerateSerializer, Immutable, Alias("mp.enterprises.document-file")]
public sealed record DocumentFile(
    [property: Id(0)] string Id,
    [property: Id(1)] string Sha256,
    [property: Id(2)] string MediaType,
    [property: Id(3)] int Bytes,
    [property: Id(4)] int Width,
    [property: Id(5)] int Height
);

/// <summary>The last uploaded version of a document.</summary>
[GenerateSerializer, Immutable, Alias("mp.enterprises.document")]
public sealed record Document(
    [property: Id(0)] DocumentKind Kind,
    [property: Id(1)] DocumentFile File,
    [property: Id(2)] DateTimeOffset UploadedAt
)
{
    /// <summary>The documents required for a submission (R43).</summary>
    public static ImmutableArray<DocumentKind> Required { get; } =
    [DocumentKind.Licence, DocumentKind.IdentityFront, DocumentKind.IdentityBack];
}

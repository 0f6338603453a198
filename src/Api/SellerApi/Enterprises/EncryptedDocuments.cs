using System.Security.Cryptography;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Marketplace.Journal;
using Marketplace.Sellers;
using Microsoft.AspNetCore.DataProtection;

namespace Marketplace.Api.SellerApi.Enterprises;

/// <summary>
/// Encrypts documents before they leave this process and decrypts them for a reviewer. Uses the data protection key ring: a new key
/// encrypts every 90 days, all earlier ones still decrypt. A document under an earlier or withdrawn key is re-encrypted when it is read.
/// </summary>
internal sealed class EncryptedDocuments(IDataProtectionProvider protection, IGrainFactory grains)
{
    private const string Purpose = "Marketplace.Documents.v1";

    private IDocumentVaultGrain Vault => grains.GetGrain<IDocumentVaultGrain>(IDocumentVaultGrain.GrainKey);

    /// <summary>Stores the ciphertext and returns its record for the fact. Until the fact exists it is unreadable.</summary>
    public async Task<DocumentFile> Store(
        DocumentPlace place,
        Picture picture,
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellationToken
    )
    {
        var ciphertext = Protector(place).Protect(bytes.ToArray());
        var id = $"{place}/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
        await Vault.Put(id, new Ciphertext(ciphertext), cancellationToken);
        return new DocumentFile(
            id,
            Convert.ToHexStringLower(SHA256.HashData(ciphertext)),
            picture.MediaType,
            bytes.Length,
            picture.Width,
            picture.Height
        );
    }

    /// <summary>The picture; null if it is missing from the store or altered.</summary>
    public async Task<byte[]?> Open(DocumentPlace place, DocumentFile file, CancellationToken cancellationToken)
    {
        if (
            await Vault.Read(file.Id, cancellationToken) is not { } ciphertext
            || Convert.ToHexStringLower(SHA256.HashData(ciphertext.Bytes.Span)) != file.Sha256
        )
        {
            return null;
        }

        var bytes = Unprotect(place, ciphertext, out var renew);
        if (renew && bytes is not null)
        {
            await Renew(place, file, bytes, cancellationToken);
        }

        return bytes;
    }

    /// <summary>Re-encrypts a document under the current key if necessary; true if it did.</summary>
    public async Task<bool> Renew(DocumentPlace place, DocumentFile file, CancellationToken cancellationToken) =>
        await Vault.Read(file.Id, cancellationToken) is { } ciphertext
        && Unprotect(place, ciphertext, out var renew) is { } bytes
        && renew
        && await Renew(place, file, bytes, cancellationToken);

    /// <summary>Deletes an unreferenced document; a failure is harmless.</summary>
    public Task Forget(DocumentFile file, CancellationToken cancellationToken) => Vault.Delete(file.Id, cancellationToken);

    private async Task<bool> Renew(DocumentPlace place, DocumentFile file, byte[] bytes, CancellationToken cancellationToken)
    {
        var renewed = await Store(place, new Picture(file.MediaType, file.Width, file.Height), bytes, cancellationToken);
        var command = new EnterpriseCommand.ReplaceFile(place.Seller, place.Kind, file.Id, renewed);
        var answer = await grains
            .GetGrain<IEnterpriseGrain>(GrainKeys.Of(place.Licence))
            .Execute(command, Initiator.OfMarketplace(OperationId.Internal("renew", renewed.Id)), cancellationToken);
        var current = answer.Value?.State.Shops.GetValueOrDefault(place.Seller)?.Documents.GetValueOrDefault(place.Kind)?.File;
        await Forget(current?.Id == renewed.Id ? file : renewed, cancellationToken);
        return current?.Id == renewed.Id;
    }

    private byte[]? Unprotect(DocumentPlace place, Ciphertext ciphertext, out bool renew)
    {
        try
        {
            var protector = (IPersistedDataProtector)Protector(place);
            // A withdrawn key must not lose a document: read it once more and re-encrypt it under the current key.
            return protector.DangerousUnprotect(ciphertext.Bytes.ToArray(), ignoreRevocationErrors: true, out renew, out _);
        }
        catch (CryptographicException)
        {
            renew = false;
            return null;
        }
    }

    // Bound to its place: a ciphertext moved to another place does not decrypt.
    private IDataProtector Protector(DocumentPlace place) =>
        protection.CreateProtector(Purpose, place.Licence.Value, place.Seller.Value, place.Kind.Text());
}

/// <summary>Answers with a decrypted document.</summary>
internal static class DocumentAnswer
{
    /// <summary>The picture as a download that no cache keeps and in which nothing runs.</summary>
    public static IResult Of(HttpContext context, DocumentKind kind, DocumentFile file, byte[] bytes)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.ContentDisposition = $"attachment; filename=\"{kind.Text()}.{(file.MediaType == "image/png" ? "png" : "jpg")}\"";
        return TypedResults.Bytes(bytes, file.MediaType);
    }
}

/// <summary>The enterprise, seller and kind of a document; text form <c>licence/seller/kind</c>.</summary>
internal readonly record struct DocumentPlace(Licence Licence, SellerId Seller, DocumentKind Kind)
{
    /// <summary>The place encoded in a stored document's id.</summary>
    public static DocumentPlace? Of(string id)
    {
        var parts = id.Split('/');
        return
            parts.Length == 4
            && Licence.TryParse(parts[0], null, out var licence)
            && SellerId.TryParse(parts[1], null, out var seller)
            && ReviewStates.Document(parts[2]) is { } kind
            ? new DocumentPlace(licence, seller, kind)
            : null;
    }

    public override string ToString() => $"{Licence}/{Seller}/{Kind.Text()}";
}

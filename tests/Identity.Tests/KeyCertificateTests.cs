using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Marketplace.Identity.Store;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Identity.Tests;

public sealed class KeyCertificateTests : IdentityTest
{
    [Fact]
    public async Task With_a_certificate_a_copy_of_the_store_alone_opens_nothing()
    {
        var (path, settings) = MakeCertificate();
        try
        {
            byte[] sealedText;
            await using (var first = await IdentityHost.Start(Store, null, settings))
            {
                sealedText = Protector(first).Protect([1, 2, 3]);
                Assert.All(await ReadKeys(first), key => Assert.Contains("EncryptedData", key, StringComparison.Ordinal));
            }

            await using (var again = await IdentityHost.Start(Store, null, settings))
            {
                Assert.Equal([1, 2, 3], Protector(again).Unprotect(sealedText));
            }

            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await using var without = await IdentityHost.Start(Store);
                Protector(without).Unprotect(sealedText);
            });
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_stops_the_start()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            IdentityHost.Start(Store, null, ("KeyCertificate:Path", "no-such-file.pfx"))
        );
        Assert.Contains("KeyCertificate:Path", refused.Message, StringComparison.Ordinal);
    }

    private static IDataProtector Protector(IdentityHost host) =>
        host.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");

    private static async Task<List<string>> ReadKeys(IdentityHost host)
    {
        await using var scope = host.Services.CreateAsyncScope();
        return await scope
            .ServiceProvider.GetRequiredService<IdentityContext>()
            .DataProtectionKeys.Select(key => key.Xml!)
            .ToListAsync(Ended);
    }

    private static (string Path, (string Key, string Value)[] Settings) MakeCertificate()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest(
            "CN=key ring",
            key,
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        ).CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, "opens"));
        return (path, [("KeyCertificate:Path", path), ("KeyCertificate:Password", "opens")]);
    }
}

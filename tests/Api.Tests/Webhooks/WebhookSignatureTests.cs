using System.Security.Cryptography;
using System.Text;
using Marketplace.Identity.Signing;
using Marketplace.Webhooks;
using Microsoft.AspNetCore.DataProtection;
using NSec.Cryptography;

namespace Marketplace.Api.Tests.Webhooks;

/// <summary>The vectors of the specification and those that docs/api/plugins.md publishes, and secrets at rest.</summary>
public class WebhookSignatureTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const string Body = """{"test": 2432232314}""";

    /// <summary>By the specification's own libraries.</summary>
    private const string V1 = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    /// <summary>The private key of the first test of RFC 8032, and its public key.</summary>
    private const string PrivateKey = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
    private const string PublicKey = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    private const string V1A = "v1a,fldxM4gAKugP6nnt1hdz3sgGfZ6d99nzrMFnZOELIxbzEHoVmAb2ADpkJK7zgPePmPsle0zV9jSeGlHFG2NVAw==";

    /// <summary>Of the specification's library in Go (webhook_asymmetric_test.go): its key in base64, and its signature.</summary>
    private const string SpecificationKey = "VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk=";
    private const string SpecificationV1A = "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag==";

    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_614_265_330);

    [Fact]
    public void The_vectors_hold()
    {
        var content = WebhookSignature.Content(Id, At, Encoding.UTF8.GetBytes(Body));
        using var key = Key.Import(SignatureAlgorithm.Ed25519, Convert.FromHexString(PrivateKey), KeyBlobFormat.RawPrivateKey);

        Assert.Equal($"{Id}.1614265330.{Body}", Encoding.UTF8.GetString(content));
        Assert.Equal(V1, WebhookSignature.V1(WebhookSignature.KeyOf(Secret), content));
        Assert.Equal(PublicKey, "whpk_" + Convert.ToBase64String(key.PublicKey.Export(KeyBlobFormat.RawPublicKey)));
        Assert.Equal(V1A, WebhookSignature.V1A(SignatureAlgorithm.Ed25519.Sign(key, content)));
    }

    [Fact]
    public async Task The_signer_signs_the_specifications_message_as_its_own_libraries_do()
    {
        var secrets = new WebhookSecrets(new EphemeralDataProtectionProvider());
        var signer = new WebhookSigner(secrets, new SpecificationSigner());
        var older = secrets.Make("an older secret", At);

        var headers = await signer.Sign(
            Id,
            Encoding.UTF8.GetBytes(Body),
            [older.Sealed, secrets.Seal(WebhookSignature.KeyOf(Secret))],
            At,
            TestContext.Current.CancellationToken
        );

        Assert.Equal((Id, "1614265330"), (headers.Id, headers.Timestamp));
        var signatures = headers.Signature.Split(' ');
        Assert.StartsWith("v1,", signatures[0], StringComparison.Ordinal);
        Assert.Equal($"{V1} {SpecificationV1A}", string.Join(' ', signatures[1..]));
    }

    [Fact]
    public async Task The_documentation_has_the_same_vectors()
    {
        using var reader = new StreamReader(typeof(WebhookSignatureTests).Assembly.GetManifestResourceStream("api/plugins.md")!);
        var document = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.All([Secret, Id, "1614265330", Body, V1, PrivateKey, PublicKey, V1A], part =>
            Assert.Contains(part, document, StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_AAAA")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_not base64, but long enough to be one!!!")]
    public void What_is_no_secret_has_no_key(string? text) => Assert.Null(WebhookSignature.KeyOf(text));

    [Fact]
    public void A_secret_is_32_bytes_and_another_each_time_and_rests_sealed()
    {
        var secrets = new WebhookSecrets(new EphemeralDataProtectionProvider());
        var (one, other) = (secrets.Make("a", At), secrets.Make("b", At));
        var text = secrets.Reveal(one);

        Assert.Equal(32, WebhookSignature.KeyOf(text)!.Length);
        Assert.NotEqual(text, secrets.Reveal(other));
        Assert.Equal(WebhookSignature.KeyOf(text), secrets.Open(one.Sealed));
        Assert.DoesNotContain(text["whsec_".Length..], one.ToString(), StringComparison.Ordinal);
        Assert.Equal((At, null, WebhookSecrets.IdOf("a")), (one.MadeAt, one.RetiresAt, one.Id));
        Assert.Matches("^sec_[0-9a-f]{16}$", one.Id);
        Assert.NotEqual(one.Id, other.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAA")]
    [InlineData("no base64")]
    public void What_this_host_did_not_seal_does_not_open(string text) =>
        Assert.ThrowsAny<CryptographicException>(() => new WebhookSecrets(new EphemeralDataProtectionProvider()).Open(text));

    /// <summary>Signs with the key of the specification's vector.</summary>
    private sealed class SpecificationSigner : IMarketplaceSigner
    {
        public ValueTask<MarketplaceSignature> Sign(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            using var key = Key.Import(SignatureAlgorithm.Ed25519, Convert.FromBase64String(SpecificationKey), KeyBlobFormat.RawPrivateKey);
            return new(new MarketplaceSignature("specification", SignatureAlgorithm.Ed25519.Sign(key, data.Span)));
        }

        public ValueTask<IReadOnlyList<MarketplaceKey>> GetKeys(CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}

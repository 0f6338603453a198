using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Marketplace.Billing;
using Marketplace.Billing.Proofs;
using Marketplace.Domain.Tests.Billing;
using Marketplace.Evidence;
using Marketplace.Sellers;
using NSec.Cryptography;

namespace Marketplace.Ledger.Tests;

/// <summary>What a seller with its proof and the published keys can find out: with our command, and with a script of its own.</summary>
public sealed class ProofCommandTests : IAsyncLifetime
{
    private static readonly DateOnly November = new(2026, 11, 1);

    private readonly Key _key = Key.Create(SignatureAlgorithm.Ed25519);
    private readonly string _folder = Directory.CreateTempSubdirectory("proof-tests-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string ProofFile => Path.Combine(_folder, "proof.ndjson");

    private string KeysFile => Path.Combine(_folder, "keys.json");

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllBytesAsync(ProofFile, Proof(Rows()), Token);
        var key = Convert.ToBase64String(_key.PublicKey.Export(KeyBlobFormat.RawPublicKey));
        await File.WriteAllTextAsync(
            KeysFile,
            JsonSerializer.Serialize(
                new
                {
                    keys = new[]
                    {
                        new
                        {
                            id = "mk_1",
                            alg = "Ed25519",
                            public_key = key,
                        },
                    },
                }
            ),
            Token
        );
    }

    public ValueTask DisposeAsync()
    {
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_proof_as_it_was_served_verifies()
    {
        var (code, text) = await Verify();
        Assert.True(code == 0, text);
        Assert.Contains("seller-1 2026-11", text, StringComparison.Ordinal);
        Assert.Contains("1221 calls, total 4.120 CNY, statement 4.12 CNY", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_month_without_calls_and_one_behind_another_verify()
    {
        await File.WriteAllBytesAsync(ProofFile, Proof([]), Token);
        Assert.Equal(0, (await Verify()).Code);
        await File.WriteAllBytesAsync(ProofFile, Proof(Rows().Where(row => row.Day.Month == 12), new DateOnly(2026, 12, 1)), Token);
        var (code, text) = await Verify();
        Assert.True(code == 0, text);
        Assert.Equal(0, (await Script()).Code);
    }

    [Fact]
    public async Task Every_altered_byte_is_found()
    {
        await File.WriteAllBytesAsync(ProofFile, Proof(SmallRows()), Token);
        var whole = await File.ReadAllBytesAsync(ProofFile, Token);
        Assert.Equal(0, (await Verify()).Code);
        for (var i = 0; i < whole.Length; i++)
        {
            var altered = whole.ToArray();
            altered[i] ^= (byte)(i % 2 == 0 ? 1 : 32);
            await File.WriteAllBytesAsync(ProofFile, altered, Token);
            Assert.True((await Verify()).Code == 1, string.Create(CultureInfo.InvariantCulture, $"byte {i} of {whole.Length}"));
        }
    }

    [Fact]
    public async Task Rows_that_are_left_out_doubled_moved_or_foreign_are_found()
    {
        var rows = Rows().Where(row => row.Day.Month == 11).ToArray();
        UsageRow[][] wrong =
        [
            [rows[0], .. rows[2..]],
            [.. rows, rows[^1]],
            [rows[0], rows[2], rows[1], .. rows[3..]],
        ];
        foreach (var other in wrong)
        {
            await File.WriteAllBytesAsync(ProofFile, Proof(other), Token);
            Assert.Equal(1, (await Verify()).Code);
            Assert.Equal(1, (await Script()).Code);
        }

        await File.WriteAllBytesAsync(ProofFile, Proof(rows, seller: "seller-2"), Token);
        Assert.Contains("day-foreign", (await Verify()).Text, StringComparison.Ordinal);
        Assert.Equal(1, (await Script()).Code);
    }

    [Fact]
    public async Task A_file_that_was_cut_off_or_signed_by_others_is_found()
    {
        var whole = await File.ReadAllBytesAsync(ProofFile, Token);
        await File.WriteAllBytesAsync(ProofFile, whole[..^1], Token);
        Assert.Contains("cut-off", (await Verify()).Text, StringComparison.Ordinal);
        await File.WriteAllBytesAsync(ProofFile, whole[..(Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1)], Token);
        Assert.Contains("head-unreadable", (await Verify()).Text, StringComparison.Ordinal);

        using var other = Key.Create(SignatureAlgorithm.Ed25519);
        await File.WriteAllBytesAsync(ProofFile, Proof(Rows().Where(row => row.Day.Month == 11), key: other), Token);
        Assert.Contains("signature-wrong", (await Verify()).Text, StringComparison.Ordinal);
        Assert.Equal(
            (1, true),
            await Script() is var (code, text) ? (code, text.Contains("signature", StringComparison.Ordinal)) : default
        );
    }

    [Fact]
    public async Task A_script_written_from_the_documentation_comes_to_the_same()
    {
        var (code, text) = await Script();
        Assert.True(code == 0, text);
        Assert.Contains("1221 calls, total 4.120 CNY", text, StringComparison.Ordinal);

        await File.WriteAllBytesAsync(ProofFile, Proof(SmallRows()), Token);
        var whole = await File.ReadAllBytesAsync(ProofFile, Token);
        Assert.Equal(0, (await Script()).Code);
        for (var i = 0; i < whole.Length; i += 1 + (whole.Length / 40))
        {
            var altered = whole.ToArray();
            altered[i] ^= 1;
            await File.WriteAllBytesAsync(ProofFile, altered, Token);
            Assert.True((await Script()).Code == 1, string.Create(CultureInfo.InvariantCulture, $"byte {i} of {whole.Length}"));
        }
    }

    [Theory]
    [InlineData("proof")]
    [InlineData("proof", "show", "x")]
    [InlineData("proof", "verify", "x")]
    [InlineData("proof", "verify", "x", "--keys", "y", "--data", "z")]
    public async Task A_wrong_command_line_is_refused(params string[] args) => Assert.Equal(2, (await Run(args)).Code);

    // 1,206 calls of one day, the priced ones too, then a day that was settled late, then one of the next month.
    private static readonly (int, int, int, bool)[] Steps =
    [
        (2, 700, 0, true),
        (2, 505, 1, false),
        (0, 6, 1, false),
        (1, 1, 2, true),
        (2, 9, 3, false),
        (0, 8, 0, true),
    ];

    private static IReadOnlyList<UsageRow> Rows() => History.Of("seller-1/label-printer", Steps).Rows;

    private static IEnumerable<UsageRow> SmallRows() => History.Of("seller-1/label-printer", [(2, 2, 0, true), (2, 1, 1, false)]).Rows;

    private byte[] Proof(IEnumerable<UsageRow> rows, DateOnly? month = null, string seller = "seller-1", Key? key = null)
    {
        using var builder = new BillProofBuilder(SellerId.Parse(seller, null), month ?? November, null);
        var (file, lines, days) = (new ArrayBufferWriter<byte>(), new LedgerLines(), new ProofDays());
        foreach (var row in rows.Where(row => month is not null || row.Day.Month == 11))
        {
            lines.Write(row, file);
            days.Add(row);
        }

        builder.Add(file.WrittenSpan, days.All);
        var head = builder.ToHead(DateTimeOffset.UnixEpoch.AddYears(56)).Encode();
        var signature = SignatureAlgorithm.Ed25519.Sign(key ?? _key, head);
        file.Write(new SignedProof(head, new EvidenceSignature(EvidenceSignature.Ed25519, "mk_1", signature)).Encode());
        file.Write("\n"u8);
        return file.WrittenSpan.ToArray();
    }

    private Task<(int Code, string Text)> Verify() => Run("proof", "verify", ProofFile, "--keys", KeysFile);

    private static async Task<(int Code, string Text)> Run(params string[] args)
    {
        await using var output = new MemoryStream();
        await using var errors = new StringWriter(CultureInfo.InvariantCulture);
        var code = await new LedgerCommand(StoreLogs.Open, output, errors).Run(args, Token);
        return (code, Encoding.UTF8.GetString(output.ToArray()) + errors);
    }

    private async Task<(int Code, string Text)> Script()
    {
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { Path.Combine(AppContext.BaseDirectory, "verify_proof.py"), ProofFile, KeysFile })
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
            await process.WaitForExitAsync(Token);
            return (process.ExitCode, await output + await errors);
        }
        catch (Win32Exception e)
        {
            Assert.Fail($"This test needs python3 on the path, as a seller who checks its bill does: {e.Message}");
            throw;
        }
    }
}

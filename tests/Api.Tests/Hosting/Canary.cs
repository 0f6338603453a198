using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Marketplace.Privacy;

namespace Marketplace.Api.Tests.Hosting;

/// <summary>
/// A buyer whose private fields all carry marks that are nowhere else, and the question whether one of them is in some bytes: as it is, in
/// other case, in UTF-16, or in base64.
/// </summary>
public sealed class Canary
{
    private readonly string _word = $"canary{MarketplaceClient.NewKey()[..12]}";

    public Canary()
    {
        Phone = string.Create(
            CultureInfo.InvariantCulture,
            $"+86-139-{Random.Shared.Next(1000, 10_000)}-{Random.Shared.Next(1000, 10_000)}"
        );
        var identity = string.Create(
            CultureInfo.InvariantCulture,
            $"110101199003{Random.Shared.Next(10, 29)}{Random.Shared.Next(100, 1_000)}"
        );
        IdentityNumber = "0123456789X".Select(check => identity + check).Single(PrivateDataScan.IsIdentityNumber);
    }

    public string Name => $"Zhang {_word}";

    public string Phone { get; }

    public string Email => $"{_word}@example.invalid";

    public string IdentityNumber { get; }

    public string Street => $"{_word} Lane 47";

    public string City => $"{_word}ville";

    /// <summary>All that must not be found.</summary>
    public IReadOnlyList<string> Marks => [_word, Phone, IdentityNumber];

    /// <summary>An order of this buyer, with private members that no contract knows besides.</summary>
    public Dictionary<string, object> Order(string seller, string order, DateTimeOffset? time = null) =>
        CloudEvents.Of(
            "order.created",
            seller,
            order,
            new
            {
                currency = "CNY",
                items = new[]
                {
                    new
                    {
                        line = 1,
                        product_id = "product-1",
                        quantity = 2,
                        unit_price = 19.90m,
                        freight = 5.00m,
                        engraving = $"for {_word}",
                    },
                },
                buyer = new
                {
                    customer_id = $"customer-{_word}",
                    name = Name,
                    phone = Phone,
                    email = Email,
                    identity_number = IdentityNumber,
                    street = Street,
                    city = City,
                    region = "Zhejiang",
                    country = "CN",
                    postcode = $"31-{_word}",
                    nickname = _word,
                },
                payments = new[]
                {
                    new
                    {
                        type = "credit_card",
                        amount = 44.80m,
                        card_holder = Name,
                    },
                },
                gift_note = $"Dear {_word}",
            },
            time
        );

    /// <summary>A point of one of the order's waybills whose texts hold private data where words are expected.</summary>
    public Dictionary<string, object> Track(string seller, string order, string tracking) =>
        CloudEvents.Of(
            "logistics.track.updated",
            seller,
            tracking,
            new
            {
                order_id = order,
                carrier = "c",
                status = "moving",
                location = $"call {Phone}",
                receiver = Name,
                courier_phone = Phone,
            }
        );

    /// <summary>A cancellation whose reason quotes the buyer.</summary>
    public Dictionary<string, object> Cancellation(string seller, string order) =>
        CloudEvents.Of("order.cancelled", seller, order, new { reason = $"says {Email}" });

    /// <summary>Fails if one of the marks is there.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="where">Says what it is.</param>
    public void IsNotIn(string text, string where) => IsNotIn(Encoding.UTF8.GetBytes(text), where);

    /// <inheritdoc cref="IsNotIn(string, string)"/>
    public void IsNotIn(ReadOnlySpan<byte> bytes, string where)
    {
        // Every byte is a character, so that text in binary files is found wherever it begins.
        var text = Encoding.Latin1.GetString(bytes);
        foreach (var form in Forms())
        {
            Assert.False(text.Contains(form, StringComparison.OrdinalIgnoreCase), $"{where} holds '{form}'.");
        }
    }

    /// <summary>Fails if one of the marks is in a file below the folder.</summary>
    public void IsNotInFolder(string folder)
    {
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        // The lock is held, so nobody else can read it; its length can be asked.
        foreach (var file in files.Where(file => Path.GetExtension(file) != ".lock" || new FileInfo(file).Length > 0))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            IsNotIn(bytes.ToArray(), Path.GetFileName(file));
        }
    }

    /// <summary>True if the text holds the buyer's whole address; the one place where it may is the seller's label.</summary>
    public bool IsAddressedBy(string text) =>
        text.Contains(Name, StringComparison.Ordinal) && text.Contains(Street, StringComparison.Ordinal);

    private IEnumerable<string> Forms() =>
        Marks.SelectMany(mark => (string[])[mark, Encoding.Latin1.GetString(Encoding.Unicode.GetBytes(mark)), .. InBase64(mark)]);

    // Where it stands among three bytes decides how it is spelt; the letters at both ends depend on the neighbours.
    private static IEnumerable<string> InBase64(string mark)
    {
        for (var lead = 0; lead < 3; lead++)
        {
            var text = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(new string('x', lead) + mark));
            yield return text[(lead == 0 ? 0 : lead + 1)..^3];
        }
    }
}

/// <summary>The helper itself: it would be worth nothing if it did not find.</summary>
public class CanaryTests
{
    [Fact]
    public void A_mark_is_found_in_every_form()
    {
        var canary = new Canary();
        foreach (var mark in canary.Marks)
        {
            foreach (var lead in new[] { "", "a", "ab", "abc" })
            {
                var text = $"{lead}{mark} and more";
                Finds(canary, Encoding.UTF8.GetBytes(text));
                Finds(canary, Encoding.UTF8.GetBytes(text.ToUpperInvariant()));
                Finds(canary, Encoding.Unicode.GetBytes(text));
                Finds(canary, Encoding.UTF8.GetBytes(Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text))));
            }
        }

        canary.IsNotIn("nothing of it", "a harmless text");
    }

    private static void Finds(Canary canary, byte[] bytes) =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => canary.IsNotIn(bytes, "sample"));
}

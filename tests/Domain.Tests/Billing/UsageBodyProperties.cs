using CsCheck;
using Marketplace.Billing;
using Marketplace.Quotas;
using Xunit;

namespace Marketplace.Domain.Tests.Billing;

public sealed class UsageBodyProperties
{
    private static readonly Gen<UInt128> Number = Gen.Select(Gen.ULong, Gen.ULong, (high, low) => ((UInt128)high << 64) | low);
    private static readonly Gen<OperationName> Operation = Gen.Int[0, 3]
        .Select(i => OperationName.Parse(new[] { "orders.get", "orders.list", "tracking.get", "заказ/详情" }[i]));

    private static readonly Gen<KeyedAnswer> Key = Gen.Select(
        Number,
        Number,
        Gen.Bool.Select(kept => kept ? "application/json; charset=utf-8" : ""),
        Gen.Byte.Array[0, 300],
        (key, request, type, body) => new KeyedAnswer(key, request, type, body)
    );

    private static readonly Gen<UsageEntry> Entry = Gen.Select(
        Number,
        Operation,
        Gen.Long[0, 4_102_444_800_000],
        Gen.Int[100, 499],
        Gen.Select(Gen.Bool, Key, (keyed, key) => keyed ? key : null),
        (call, operation, at, status, key) => new UsageEntry(call, operation, DateTimeOffset.FromUnixTimeMilliseconds(at), status, key)
    );

    private static readonly Gen<UsageBody> Body = Gen.Select(
        Entry.Array[0, 30],
        Gen.Int[0, 5],
        Gen.Long[0, long.MaxValue],
        (entries, tier, calls) =>
            new UsageBody(
                [.. entries.Select(entry => entry.Operation).Distinct().Select(operation => new Tally(operation, tier, calls))],
                entries
            )
    );

    [Fact]
    public void What_was_packed_is_unpacked() =>
        Body.Sample(body =>
        {
            var back = UsageBody.Decode(body.Encode(), body.Entries.Count);

            Assert.Equal(body.Tallies, back.Tallies);
            Assert.Equal(body.Entries.Select(Flat), back.Entries.Select(Flat));
        });

    [Fact]
    public void Bytes_that_were_cut_prolonged_or_counted_wrong_are_refused() =>
        Gen.Select(Body, Gen.Int[1, 40])
            .Sample(
                (body, by) =>
                {
                    var bytes = body.Encode();
                    Assert.Throws<FormatException>(() => UsageBody.Decode(bytes[..^Math.Min(by, bytes.Length)], body.Entries.Count));
                    Assert.Throws<FormatException>(() => UsageBody.Decode((byte[])[.. bytes.Span, .. new byte[by]], body.Entries.Count));
                    Assert.Throws<FormatException>(() => UsageBody.Decode(bytes, body.Entries.Count + by));
                    Assert.Throws<FormatException>(() => UsageBody.Decode(bytes, -by));
                }
            );

    [Fact]
    public void Arbitrary_bytes_are_unpacked_or_refused_and_nothing_else() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Int, Gen.Bool)
            .Sample(
                (bytes, count, known) =>
                {
                    if (known && bytes.Length > 0)
                    {
                        bytes[0] = 1;
                    }

                    try
                    {
                        _ = UsageBody.Decode(bytes, count);
                    }
                    catch (FormatException)
                    {
                        // The one way to refuse.
                    }
                }
            );

    private static object Flat(UsageEntry entry) =>
        (
            entry.CallId,
            entry.Operation,
            entry.At,
            entry.Status,
            entry.Key?.Key,
            entry.Key?.Request,
            entry.Key?.ContentType,
            entry.Key is null ? "" : Convert.ToHexString(entry.Key.Body.Span)
        );
}

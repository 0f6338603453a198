using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Marketplace.Events;
using Marketplace.Installations;

namespace Marketplace.Deliveries;

/// <summary>
/// One installation's delivery entries written in one commit, chained by hash to the previous row. (installation, number) is unique, which
/// fences off a second activation.
/// </summary>
/// <param name="Installation">The installation.</param>
/// <param name="No">1 for the first row, then without gaps.</param>
/// <param name="At">When it was written; milliseconds.</param>
/// <param name="FirstSeq">Smallest feed position named by an entry.</param>
/// <param name="LastSeq">Largest feed position named by an entry.</param>
/// <param name="Body">The entries as JSON.</param>
/// <param name="Hash">SHA-256 over the previous row's hash and everything above.</param>
public sealed record DeliveryRow(
    InstallationId Installation,
    long No,
    DateTimeOffset At,
    long FirstSeq,
    long LastSeq,
    ReadOnlyMemory<byte> Body,
    ReadOnlyMemory<byte> Hash
)
{
    /// <summary>The hash before the first row.</summary>
    public static ReadOnlyMemory<byte> NoHash { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>The entries.</summary>
    public IReadOnlyList<DeliveryEntry> Entries => JsonSerializer.Deserialize(Body.Span, DeliveryJson.Default.DeliveryEntryArray) ?? [];

    /// <summary>The next row of an installation.</summary>
    /// <param name="installation">The installation.</param>
    /// <param name="lastNo">Number of the previous row; 0 if there is none.</param>
    /// <param name="lastHash">Its hash; <see cref="NoHash"/> if there is none.</param>
    /// <param name="at">Now.</param>
    /// <param name="entries">At least one.</param>
    public static DeliveryRow Following(
        InstallationId installation,
        long lastNo,
        ReadOnlyMemory<byte> lastHash,
        DateTimeOffset at,
        IReadOnlyList<DeliveryEntry> entries
    )
    {
        var body = JsonSerializer.SerializeToUtf8Bytes([.. entries], DeliveryJson.Default.DeliveryEntryArray);
        var row = new DeliveryRow(
            installation,
            lastNo + 1,
            EventLimits.ToMilliseconds(at),
            entries.Min(entry => entry.Seq),
            entries.Max(entry => entry.To),
            body,
            default
        );
        return row with { Hash = row.HashAfter(lastHash.Span) };
    }

    /// <summary>The row's hash if it follows a row with the given hash.</summary>
    public byte[] HashAfter(ReadOnlySpan<byte> previous)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous);
        hash.AppendData(Encoding.UTF8.GetBytes(Installation.ToString()));
        Span<byte> numbers = stackalloc byte[4 * sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(numbers, No);
        BinaryPrimitives.WriteInt64BigEndian(numbers[8..], At.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64BigEndian(numbers[16..], FirstSeq);
        BinaryPrimitives.WriteInt64BigEndian(numbers[24..], LastSeq);
        hash.AppendData(numbers);
        hash.AppendData(Body.Span);
        return hash.GetHashAndReset();
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true
)]
[JsonSerializable(typeof(DeliveryEntry[]))]
internal sealed partial class DeliveryJson : JsonSerializerContext;

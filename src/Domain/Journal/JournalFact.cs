using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Journal;

/// <summary>
/// One control-plane fact of one entity (an installation was enabled, a scope was granted …) with actor, instant, operation, and a hash
/// that chains it to the entity's previous fact, so that changes and omissions are detected.
/// </summary>
/// <param name="Entity">The grain key of the entity, for example <c>installation/s-1/label-printer</c>.</param>
/// <param name="Version">1 for the entity's first fact, then without gaps.</param>
/// <param name="OperationId">Made by the caller; one operation id is one command of the entity.</param>
/// <param name="Actor">The caller: client id, or the user on whose behalf it acts.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Type">Kebab-case name of the event, for example <c>grants-changed</c>.</param>
/// <param name="Payload">The event as UTF-8 JSON.</param>
/// <param name="Hash">SHA-256 over the previous fact's hash, all of the above, and address and role if present; 32 bytes.</param>
/// <param name="Address">The caller's network address; null for the marketplace's own facts and for old facts.</param>
/// <param name="Role">The actor's role; the default if there was none and for old facts.</param>
/// <param name="Fingerprint">
/// Fingerprint of the operation's command, to detect another command under its id; null for the marketplace's own facts and for facts from
/// before schema version 4. Not hashed: it decides about repeats and proves nothing.
/// </param>
[GenerateSerializer, Immutable, Alias("mp.audit.fact")]
public sealed record JournalFact(
    [property: Id(0)] string Entity,
    [property: Id(1)] long Version,
    [property: Id(2)] OperationId OperationId,
    [property: Id(3)] ActorId Actor,
    [property: Id(4)] DateTimeOffset At,
    [property: Id(5)] string Type,
    [property: Id(6)] ReadOnlyMemory<byte> Payload,
    [property: Id(7)] ReadOnlyMemory<byte> Hash,
    [property: Id(8)] string? Address = null,
    [property: Id(9)] ActorRole Role = default,
    [property: Id(10)] string? Fingerprint = null
)
{
    /// <summary>
    /// Type of a fact that only records a caller's operation without effect. It is in the journal, but in no trail and no notification.
    /// </summary>
    public const string NothingChanged = "nothing-changed";

    private const byte AddressMark = 1;
    private const byte RoleMark = 2;

    /// <summary>The hash that the first fact of an entity is chained to.</summary>
    public static ReadOnlyMemory<byte> Genesis { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>Makes and chains the fact after <paramref name="previous"/> (null for the first).</summary>
    public static JournalFact Following(
        JournalFact? previous,
        string entity,
        OperationId operationId,
        ActorId actor,
        DateTimeOffset at,
        string type,
        ReadOnlyMemory<byte> payload,
        string? address = null,
        ActorRole role = default,
        string? fingerprint = null
    ) =>
        Following(
            previous?.Version ?? 0,
            previous?.Hash ?? Genesis,
            entity,
            operationId,
            actor,
            at,
            type,
            payload,
            address,
            role,
            fingerprint
        );

    /// <summary>
    /// As the other overload, for who keeps only version and hash of the fact before: 0 and <see cref="Genesis"/> if there is none.
    /// </summary>
    public static JournalFact Following(
        long version,
        ReadOnlyMemory<byte> hash,
        string entity,
        OperationId operationId,
        ActorId actor,
        DateTimeOffset at,
        string type,
        ReadOnlyMemory<byte> payload,
        string? address,
        ActorRole role,
        string? fingerprint
    )
    {
        var fact = new JournalFact(
            entity,
            version + 1,
            operationId,
            actor,
            ToMilliseconds(at),
            type,
            payload,
            Genesis,
            address,
            role,
            fingerprint
        );
        return fact with { Hash = fact.ComputeHash(hash) };
    }

    /// <summary>True if this fact follows <paramref name="previous"/> (null for the first) and neither was altered.</summary>
    public bool Follows(JournalFact? previous) =>
        Version == (previous?.Version ?? 0) + 1
        && (previous is null || previous.Entity == Entity)
        && Hash.Span.SequenceEqual(ComputeHash(previous?.Hash ?? Genesis));

    // Stores keep milliseconds; hashing anything finer would break the chain after a reload.
    private static DateTimeOffset ToMilliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());

    private byte[] ComputeHash(ReadOnlyMemory<byte> previous)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(previous.Span);
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, Version);
        hash.AppendData(number);
        BinaryPrimitives.WriteInt64BigEndian(number, At.ToUnixTimeMilliseconds());
        hash.AppendData(number);
        foreach (var text in (ReadOnlySpan<string>)[Entity, OperationId.Value, Actor.Value, Type])
        {
            AppendText(hash, text);
        }

        AppendOrigin(hash);
        hash.AppendData(Payload.Span);
        return hash.GetHashAndReset();
    }

    // Absent addresses and roles add nothing, so that facts from before they existed keep their hash. Each has its own mark, and no payload
    // starts with one, so that an address cannot be passed off as a role or as part of the payload.
    private void AppendOrigin(IncrementalHash hash)
    {
        if (Address is not null)
        {
            hash.AppendData([AddressMark]);
            AppendText(hash, Address);
        }

        if (Role.Text is { } role)
        {
            hash.AppendData([RoleMark]);
            AppendText(hash, role);
        }
    }

    // Length first, so that moving a character from one member to the next changes the hash.
    private static void AppendText(IncrementalHash hash, string text)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, Encoding.UTF8.GetByteCount(text));
        hash.AppendData(length);
        hash.AppendData(Encoding.UTF8.GetBytes(text));
    }
}

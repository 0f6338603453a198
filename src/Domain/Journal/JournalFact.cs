using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Marketplace.Journal;

/// <summary>
/// One control-plane fact of one entity (an installation was enabled, a scope was granted …): who, when, by which operation, and a
/// hash that chains it to the entity's previous fact, so that none can be changed or left out unseen.
/// </summary>
/// <param name="Entity">The grain key of the entity, for example <c>installation/s-1/label-printer</c>.</param>
/// <param name="Version">1 for the entity's first fact, then without gaps.</param>
/// <param name="OperationId">Made by the caller; one operation id is one command of the entity.</param>
/// <param name="Actor">Who asked: client id, or the user on whose behalf it acts.</param>
/// <param name="At">When it was decided.</param>
/// <param name="Type">Kebab-case name of the event, for example <c>grants-changed</c>.</param>
/// <param name="Payload">The event as UTF-8 JSON.</param>
/// <param name="Hash">SHA-256 over the previous fact's hash, all of the above, and address and role where there are any; 32 bytes.</param>
/// <param name="Address">The network address the command came from; null for what the marketplace did by itself and for old facts.</param>
/// <param name="Role">In which role the actor acted, for example <c>seller-user:owner</c>; null where there was none and for old
/// facts.</param>
/// <param name="Fingerprint">
/// Which command the operation was, so that another one under its id is told apart; null for what the marketplace does by itself and for
/// facts of before schema version 4. Not hashed: it decides about repeats and proves nothing.
/// </param>
[GenerateSerializer, Immutable, Alias("mp.audit.fact")]
public sealed record JournalFact(
    [property: Id(0)] string Entity,
    [property: Id(1)] long Version,
    [property: Id(2)] string OperationId,
    [property: Id(3)] string Actor,
    [property: Id(4)] DateTimeOffset At,
    [property: Id(5)] string Type,
    [property: Id(6)] ReadOnlyMemory<byte> Payload,
    [property: Id(7)] ReadOnlyMemory<byte> Hash,
    [property: Id(8)] string? Address = null,
    [property: Id(9)] string? Role = null,
    [property: Id(10)] string? Fingerprint = null
)
{
    /// <summary>
    /// The type of a fact that only keeps a caller's operation: what was asked for was so already. It is in the journal, and in no trail
    /// and no notification.
    /// </summary>
    public const string NothingChanged = "nothing-changed";

    private const byte AddressMark = 1;
    private const byte RoleMark = 2;

    /// <summary>What the first fact of an entity is chained to.</summary>
    public static ReadOnlyMemory<byte> Genesis { get; } = new byte[SHA256.HashSizeInBytes];

    /// <summary>Makes the fact that follows <paramref name="previous"/> (null for the first) and chains it.</summary>
    public static JournalFact Following(
        JournalFact? previous,
        string entity,
        string operationId,
        string actor,
        DateTimeOffset at,
        string type,
        ReadOnlyMemory<byte> payload,
        string? address = null,
        string? role = null,
        string? fingerprint = null
    )
    {
        var fact = new JournalFact(
            entity,
            (previous?.Version ?? 0) + 1,
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
        return fact with { Hash = fact.ComputeHash(previous?.Hash ?? Genesis) };
    }

    /// <summary>
    /// True if this fact is the one that follows <paramref name="previous"/> (null for the first) and neither was altered.
    /// </summary>
    public bool Follows(JournalFact? previous) =>
        Version == (previous?.Version ?? 0) + 1
        && (previous is null || previous.Entity == Entity)
        && Hash.Span.SequenceEqual(ComputeHash(previous?.Hash ?? Genesis));

    // Stores keep milliseconds; hashing anything finer would break the chain on the way back.
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
        foreach (var text in (ReadOnlySpan<string>)[Entity, OperationId, Actor, Type])
        {
            AppendText(hash, text);
        }

        AppendOrigin(hash);
        hash.AppendData(Payload.Span);
        return hash.GetHashAndReset();
    }

    // Facts from before there were addresses and roles hash as they always did: what is not there adds nothing. Each carries its own mark,
    // and no payload begins with one, so that an address cannot be passed off as a role or as a part of the payload.
    private void AppendOrigin(IncrementalHash hash)
    {
        if (Address is not null)
        {
            hash.AppendData([AddressMark]);
            AppendText(hash, Address);
        }

        if (Role is not null)
        {
            hash.AppendData([RoleMark]);
            AppendText(hash, Role);
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

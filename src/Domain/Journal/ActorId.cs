using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Orleans.Serialization.Cloning;

namespace Marketplace.Journal;

/// <summary>
/// Who caused a fact: a client, the user for whom a client acts (<c>seller-center:li-lei</c>), or the marketplace itself. At least one
/// character; its parts are bounded where they enter. Ordinal, case-sensitive. The default is no actor.
/// </summary>
/// <remarks>What an actor may do follows from its <see cref="ActorRole"/>, never from its id.</remarks>
[Immutable, Alias("mp.actor-id"), JsonConverter(typeof(TextValueJson<ActorId>))]
public readonly record struct ActorId : ITextValue<ActorId>
{
    private readonly string? _text;

    private ActorId(string? text) => _text = text;

    /// <summary>The marketplace itself, for what no caller asked for.</summary>
    public static ActorId Marketplace { get; } = new("marketplace");

    /// <summary>The text in the journal; empty for the default.</summary>
    public string Value => _text ?? string.Empty;

    /// <summary>The text; null for the default.</summary>
    public string? ValueOrNull => _text;

    /// <summary>The user for whom a client acts.</summary>
    public static ActorId OfUser(string client, string user) => new($"{client}:{user}");

    /// <exception cref="FormatException">The text is empty.</exception>
    public static ActorId Parse(string s) =>
        TryParse(s, out var id) ? id : throw new FormatException("An actor's id has at least one character.");

    public static bool TryParse([NotNullWhen(true)] string? s, out ActorId result)
    {
        result = FromStored(s);
        return !string.IsNullOrEmpty(s);
    }

    public static ActorId FromStored(string? text) => string.IsNullOrEmpty(text) ? default : new(text);

    public override string ToString() => Value;
}

[RegisterSerializer]
internal sealed class ActorIdCodec : TextValueCodec<ActorId>
{
    protected override string? TextOf(ActorId value) => value.ValueOrNull;
}

[RegisterCopier]
internal sealed class ActorIdCopier : ShallowCopier<ActorId>;

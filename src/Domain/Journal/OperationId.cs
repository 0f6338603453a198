using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using Orleans.Serialization.Cloning;

namespace Marketplace.Journal;

/// <summary>
/// Identifies one command of an entity; a repeat under the same id changes nothing. A caller's is its idempotency key, in ASCII. The
/// marketplace's own have an arrow between their parts, so that they cannot collide with a key.
/// </summary>
/// <remarks>
/// At least one character; no maximum, because an id may be derived from another one. Ordinal, case-sensitive. The default identifies no
/// command. Journals store the texts as unique keys: changing the text of an operation would execute it a second time.
/// </remarks>
[Immutable, Alias("mp.operation-id"), JsonConverter(typeof(TextValueJson<OperationId>))]
public readonly record struct OperationId : ITextValue<OperationId>
{
    private const char Separator = '→';

    private readonly string? _text;

    private OperationId(string? text) => _text = text;

    /// <summary>The text in the journal; empty for the default.</summary>
    public string Value => _text ?? string.Empty;

    /// <summary>True for an id that no caller can have sent.</summary>
    public bool IsInternal => !Ascii.IsValid(Value);

    /// <summary>The id of an internal operation, for example <c>revoke→token-1</c>.</summary>
    /// <param name="parts">The action, and what makes it unique: an id, a version or an instant.</param>
    public static OperationId Internal(params ReadOnlySpan<string> parts) => new(string.Join(Separator, parts));

    /// <summary>Like <see cref="Internal(ReadOnlySpan{string})"/>, made unique by a number.</summary>
    public static OperationId Internal(string action, long number) => Internal(action, number.ToString(CultureInfo.InvariantCulture));

    /// <summary>The id of an operation that is never repeated.</summary>
    public static OperationId Unique(string action) => Internal(action, Guid.CreateVersion7().ToString("N"));

    /// <exception cref="FormatException">The text is empty.</exception>
    public static OperationId Parse(string s) =>
        TryParse(s, out var id) ? id : throw new FormatException("An operation id has at least one character.");

    public static bool TryParse([NotNullWhen(true)] string? s, out OperationId result)
    {
        result = FromStored(s);
        return !string.IsNullOrEmpty(s);
    }

    public static OperationId FromStored(string? text) => string.IsNullOrEmpty(text) ? default : new(text);

    /// <summary>The id of an internal operation that follows this one, for example <c>key-1→entity</c>.</summary>
    public OperationId Then(string part) => Internal(Value, part);

    /// <summary>Like <see cref="Then(string)"/>, with a number.</summary>
    public OperationId Then(long number) => Internal(Value, number);

    /// <summary>The id of one of the commands that a caller's operation consists of, for example <c>key-1:submit</c>.</summary>
    public OperationId Step(string name) => new($"{Value}:{name}");

    public override string ToString() => Value;
}

[RegisterSerializer]
internal sealed class OperationIdCodec : TextValueCodec<OperationId>;

[RegisterCopier]
internal sealed class OperationIdCopier : ShallowCopier<OperationId>;

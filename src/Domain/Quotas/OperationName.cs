using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Orleans.Serialization.Cloning;

namespace Marketplace.Quotas;

/// <summary>
/// Names one operation of the plugin API, for example <c>orders.get</c>: what a call is metered and billed as. 1–64 characters; ordinal,
/// case-sensitive. The default names no operation.
/// </summary>
/// <remarks>
/// Which names exist is declared once, in the table of operations and by the configured upstreams (<c>upstream.…</c>); a call takes its
/// name from there. The ledger stores the texts: an operation that is renamed is another one.
/// </remarks>
[Immutable, Alias("mp.operation-name"), JsonConverter(typeof(TextValueJson<OperationName>))]
public readonly record struct OperationName : ITextValue<OperationName>
{
    /// <summary>Maximum characters.</summary>
    public const int MaxLength = 64;

    private readonly string? _text;

    private OperationName(string? text) => _text = text;

    /// <summary>The name in ledger and bills; empty for the default.</summary>
    public string Value => _text ?? string.Empty;

    /// <exception cref="FormatException">The text has no character, or more than 64.</exception>
    public static OperationName Parse(string s) =>
        TryParse(s, out var name) ? name : throw new FormatException($"'{s}' is not an operation: 1–{MaxLength} characters are allowed.");

    public static bool TryParse([NotNullWhen(true)] string? s, out OperationName result)
    {
        var valid = s is { Length: > 0 and <= MaxLength };
        result = valid ? new OperationName(s) : default;
        return valid;
    }

    public static OperationName FromStored(string? text) => string.IsNullOrEmpty(text) ? default : new(text);

    public override string ToString() => Value;
}

[RegisterSerializer]
internal sealed class OperationNameCodec : TextValueCodec<OperationName>;

[RegisterCopier]
internal sealed class OperationNameCopier : ShallowCopier<OperationName>;

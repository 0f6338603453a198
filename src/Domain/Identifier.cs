using System.Diagnostics.CodeAnalysis;

namespace Marketplace;

/// <summary>The common format of external ids: 1–64 characters of <c>A–Z a–z 0–9 . _ -</c>, starting with a letter or digit.</summary>
internal static class Identifier
{
    public const int MaxLength = 64;

    public static bool IsValid([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxLength } && char.IsAsciiLetterOrDigit(text[0]) && text.All(IsAllowed);

    public static string Required(string? text, string what) =>
        IsValid(text) ? text : throw new FormatException($"'{text}' is not a {what}: 1–64 characters of A–Z a–z 0–9 . _ - are allowed.");

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-';
}

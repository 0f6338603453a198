using System.Collections.Immutable;
using Marketplace.Journal;
using Marketplace.Sellers;

namespace Marketplace.Policies;

/// <summary>Decides the publication of a policy's versions; only operators publish.</summary>
public static class PolicyRules
{
    private const int MaxVersion = 64;
    private const int MaxText = 30_000;
    private const int MaxLink = 500;
    private const int HashDigits = 64;

    /// <param name="state">The policy.</param>
    /// <param name="command">The version.</param>
    /// <param name="role">Who publishes it.</param>
    /// <param name="today">The day of business.</param>
    public static Outcome<ImmutableArray<PolicyPublished>> Decide(Policy state, PublishPolicy command, ActorRole role, DateOnly today)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(command);
        if (!role.IsOperator)
        {
            return SellerRefusals.RoleForbids(ActorRole.OperatorName, ActorRole.OperatorUserName);
        }

        if (Fault(command) is { } fault)
        {
            return PolicyRefusals.Invalid(fault);
        }

        // In force on the same day as a version before, or earlier, it would change what decisions were made under.
        var earliest = state.Versions.IsEmpty ? today : Later(today, state.Versions[^1].EffectiveFrom.AddDays(1));
        return state.Find(command.Version) is not null ? PolicyRefusals.Exists(command.Version)
            : command.EffectiveFrom < earliest
                ? PolicyRefusals.Invalid(FormattableString.Invariant($"effective_from must be {earliest:yyyy-MM-dd} or later"))
            : ImmutableArray.Create(
                new PolicyPublished(
                    command.Version,
                    command.Text,
                    command.Text is { } text ? PolicyVersion.HashOf(text) : command.Hash!,
                    command.Link,
                    command.EffectiveFrom
                )
            );
    }

    private static string? Fault(PublishPolicy command) =>
        !IsText(command.Version, MaxVersion) ? $"version must be 1 to {MaxVersion} printable characters"
        : command.Text is { } text
            ? command is { Hash: null, Link: null } && IsBody(text.Zh) && IsBody(text.En) ? null
                : $"text must have zh and en of 1 to {MaxText} characters each, and stands without hash and link"
        : !IsHash(command.Hash) ? $"without a text, hash must be {HashDigits} lower-case hexadecimal digits"
        : !IsLink(command.Link) ? $"without a text, link must be an https address of at most {MaxLink} characters"
        : null;

    private static bool IsText(string? text, int max) => text is { Length: > 0 } && text.Length <= max && !text.Any(char.IsControl);

    private static bool IsBody(string? text) => text is { Length: > 0 and <= MaxText } && !string.IsNullOrWhiteSpace(text);

    private static bool IsHash(string? text) =>
        text is { Length: HashDigits } && text.All(static digit => char.IsAsciiDigit(digit) || digit is >= 'a' and <= 'f');

    private static bool IsLink(string? text) =>
        text is { Length: <= MaxLink } && Uri.TryCreate(text, UriKind.Absolute, out var link) && link.Scheme == Uri.UriSchemeHttps;

    private static DateOnly Later(DateOnly one, DateOnly other) => one > other ? one : other;
}

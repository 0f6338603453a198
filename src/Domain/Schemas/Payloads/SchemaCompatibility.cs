using System.Collections.Immutable;

namespace Marketplace.Schemas.Payloads;

/// <summary>A change that breaks readers of the previous version.</summary>
/// <param name="Kind">One of the constants of <see cref="SchemaCompatibility"/>.</param>
/// <param name="Name">The object.</param>
/// <param name="Path">The member; empty for the object.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record SchemaBreak(string Kind, string Name, string Path, string Reason);

/// <summary>
/// Decides what a new version may change: add optional members, and whole objects such as the data of a new event type. Everything else
/// breaks readers: those who read the newest version with the knowledge of an older one, or who are served the older one by removing
/// members. Pure.
/// </summary>
public static class SchemaCompatibility
{
    public const string ObjectRemoved = "object-removed";
    public const string MemberRemoved = "member-removed";
    public const string MemberRenamed = "member-renamed";
    public const string TypeChanged = "type-changed";
    public const string ValuesChanged = "values-changed";
    public const string RequiredAdded = "required-added";
    public const string RequirementChanged = "requirement-changed";
    public const string OutOfOrder = "out-of-order";

    /// <summary>All incompatibilities of <paramref name="next"/> with <paramref name="before"/>; empty if it is permitted.</summary>
    public static ImmutableArray<SchemaBreak> Check(PayloadSchema before, PayloadSchema next)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(next);
        var breaks = before.Objects.SelectMany(known =>
            next.Objects.TryGetValue(known.Key, out var now)
                ? Members(known.Key, known.Value, now)
                :
                [
                    new SchemaBreak(
                        ObjectRemoved,
                        known.Key,
                        string.Empty,
                        $"'{known.Key}' is gone; readers of {before.Version} still ask for it."
                    ),
                ]
        );
        return string.CompareOrdinal(next.Version, before.Version) > 0
            ? [.. breaks]
            :
            [
                new SchemaBreak(OutOfOrder, string.Empty, string.Empty, $"{next.Version} must be a later month than {before.Version}."),
                .. breaks,
            ];
    }

    private static IEnumerable<SchemaBreak> Members(
        string name,
        ImmutableSortedDictionary<string, SchemaChange> before,
        ImmutableSortedDictionary<string, SchemaChange> next
    )
    {
        var added = next.Values.Where(member => !before.ContainsKey(member.Path)).ToArray();
        foreach (var member in before.Values)
        {
            if (!next.TryGetValue(member.Path, out var now))
            {
                yield return Gone(name, member, added);
            }
            else if (Changed(name, member, now) is { } changed)
            {
                yield return changed;
            }
        }

        // A member required only within a new object may be missing along with the object.
        var fresh = added.Select(member => member.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var member in added.Where(member => member.Required && !member.Holders.Any(fresh.Contains) && !IsElement(member, fresh)))
        {
            yield return new SchemaBreak(
                RequiredAdded,
                name,
                member.Path,
                $"'{member.Path}' of '{name}' would be required; what was written before has none."
            );
        }
    }

    private static bool IsElement(SchemaChange member, HashSet<string> fresh) =>
        member.Path.EndsWith("[]", StringComparison.Ordinal) && fresh.Contains(member.Path[..^2]);

    private static SchemaBreak Gone(string name, SchemaChange member, IReadOnlyList<SchemaChange> added) =>
        added.FirstOrDefault(other => other.Type == member.Type) is { } other
            ? new SchemaBreak(
                MemberRenamed,
                name,
                member.Path,
                $"'{member.Path}' of '{name}' became '{other.Path}'; add the new name and keep the old one."
            )
            : new SchemaBreak(MemberRemoved, name, member.Path, $"'{member.Path}' of '{name}' is gone; keep it.");

    private static SchemaBreak? Changed(string name, SchemaChange before, SchemaChange now)
    {
        if (before.Type != now.Type)
        {
            var kind =
                before.Type.Contains('|', StringComparison.Ordinal) && now.Type.Contains('|', StringComparison.Ordinal)
                    ? ValuesChanged
                    : TypeChanged;
            return new SchemaBreak(
                kind,
                name,
                now.Path,
                $"'{now.Path}' of '{name}' was {before.Type} and would be {now.Type}; add another member instead."
            );
        }

        return before.Required == now.Required
            ? null
            : new SchemaBreak(
                RequirementChanged,
                name,
                now.Path,
                $"'{now.Path}' of '{name}' must stay {(before.Required ? "required" : "optional")}."
            );
    }
}

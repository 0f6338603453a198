using Marketplace.Schemas.Payloads;
using Xunit;

namespace Marketplace.Domain.Tests.Schemas.Payloads;

/// <summary>What a next version may and may not do.</summary>
public sealed class SchemaCompatibilityTests
{
    private static readonly PayloadSchema Before = PayloadSchema.First(
        "2024-02",
        [
            SchemaChange.NewObject("order"),
            new("order", "id", "string", true),
            new("order", "status", "open|closed", true),
            new("order", "note", "string"),
            new("order", "lines", "array", true),
            new("order", "lines[].quantity", "integer", true),
            SchemaChange.NewObject("event:order.paid"),
        ]
    );

    public static TheoryData<string, PayloadSchema, string> Breaks { get; } =
        new()
        {
            { SchemaCompatibility.ObjectRemoved, Before.Without("2024-05", "event:order.paid", ""), "" },
            { SchemaCompatibility.MemberRemoved, Before.Without("2024-05", "order", "note"), "note" },
            { SchemaCompatibility.MemberRemoved, Before.Without("2024-05", "order", "lines[].quantity"), "lines[].quantity" },
            {
                SchemaCompatibility.MemberRenamed,
                Before.Without("2024-05", "order", "note", new SchemaChange("order", "remark", "string")),
                "note"
            },
            { SchemaCompatibility.TypeChanged, Before.Next("2024-05", new SchemaChange("order", "note", "integer")), "note" },
            {
                SchemaCompatibility.TypeChanged,
                Before.Next("2024-05", new SchemaChange("order", "lines[].quantity", "number", true)),
                "lines[].quantity"
            },
            {
                SchemaCompatibility.ValuesChanged,
                Before.Next("2024-05", new SchemaChange("order", "status", "open|closed|returned", true)),
                "status"
            },
            { SchemaCompatibility.RequiredAdded, Before.Next("2024-05", new SchemaChange("order", "code", "string", true)), "code" },
            {
                SchemaCompatibility.RequiredAdded,
                Before.Next("2024-05", new SchemaChange("order", "lines[].tax", "number", true)),
                "lines[].tax"
            },
            { SchemaCompatibility.RequirementChanged, Before.Next("2024-05", new SchemaChange("order", "note", "string", true)), "note" },
            { SchemaCompatibility.RequirementChanged, Before.Next("2024-05", new SchemaChange("order", "id", "string")), "id" },
            { SchemaCompatibility.OutOfOrder, Before.Next("2024-02"), "" },
            { SchemaCompatibility.OutOfOrder, Before.Next("2023-11"), "" },
        };

    [Theory]
    [MemberData(nameof(Breaks))]
    public void A_breaking_change_is_refused_with_its_reason(string kind, PayloadSchema next, string path)
    {
        var found = Assert.Single(SchemaCompatibility.Check(Before, next));

        Assert.Equal((kind, path), (found.Kind, found.Path));
        Assert.Contains(path.Length == 0 ? found.Name : path, found.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Members_that_may_be_missing_and_new_event_types_are_welcome()
    {
        var next = Before.Next(
            "2024-05",
            new SchemaChange("order", "code", "string"),
            new SchemaChange("order", "lines[].tax", "number"),
            new SchemaChange("order", "gift", "object"),
            new SchemaChange("order", "gift.note", "string", true),
            new SchemaChange("order", "labels", "array"),
            new SchemaChange("order", "labels[]", "string", true),
            SchemaChange.NewObject("event:order.returned"),
            new SchemaChange("event:order.returned", "reason", "string", true)
        );

        Assert.Empty(SchemaCompatibility.Check(Before, next));
        Assert.Equal(["event:order.returned", "order"], next.ChangedObjects);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var next = Before.Without("2024-02", "order", "note", new SchemaChange("order", "id", "integer", true));

        Assert.Equal(
            [SchemaCompatibility.OutOfOrder, SchemaCompatibility.TypeChanged, SchemaCompatibility.MemberRemoved],
            SchemaCompatibility.Check(Before, next).Select(found => found.Kind)
        );
    }
}

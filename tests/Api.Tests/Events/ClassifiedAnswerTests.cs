using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;
using Marketplace.Api.PluginApi;
using Marketplace.Api.Privacy;
using Marketplace.Schemas.Payloads;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Events;

/// <summary>What plugins read is in the table of what may leave (R23).</summary>
public class ClassifiedAnswerTests
{
    public static TheoryData<string> Answers { get; } = [.. PayloadClassification.Answers.Keys];

    [Theory]
    [MemberData(nameof(Answers))]
    public void Every_member_of_an_answer_is_classified_and_private_ones_are_only_places(string answer)
    {
        var type = answer switch
        {
            "order" => PluginJson.Default.OrderJson,
            "track" => PluginJson.Default.TrackJson,
            "product" => (JsonTypeInfo)PluginJson.Default.ProductJson,
            _ => throw new InvalidOperationException($"Name the type of {answer}."),
        };

        Same(type, PayloadClassification.Answers[answer], answer);
    }

    [Fact]
    public void Text_from_outside_loses_its_private_lines_on_its_way_into_a_log()
    {
        using var services = new ServiceCollection().AddMarketplaceRedaction().BuildServiceProvider();
        var outside = services.GetRequiredService<OutsideText>();

        Assert.Equal("The seller paused it: stocktaking.", outside.ForLog("The seller paused it: stocktaking."));
        Assert.Null(outside.ForLog("The seller paused it: ask a.b@example.com."));
        Assert.Null(outside.ForLog(null));
        Assert.Equal("first\n\nthird", outside.ForLog("first\nid 11010519491231002X\nthird"));
        Assert.True(outside.IsClean("FormatException at line 12"));
        Assert.False(outside.IsClean("'Musterstraße 12, 10115 Berlin' is no id"));
    }

    private static void Same(JsonTypeInfo type, ImmutableArray<ClassifiedMember> members, string path)
    {
        Assert.Equal(
            members.Select(member => $"{path}.{member.Name}").Order(StringComparer.Ordinal),
            type.Properties.Select(property => $"{path}.{property.Name}").Order(StringComparer.Ordinal)
        );
        foreach (var property in type.Properties)
        {
            var member = members.Single(member => member.Name == property.Name);
            Assert.Equal(member.Class == DataClass.BuyerPrivate, property.PropertyType == typeof(Redacted));
            var of = type.Options.GetTypeInfo(property.PropertyType);
            var inner = of.ElementType is { } element ? type.Options.GetTypeInfo(element) : of;
            if (inner.Kind == JsonTypeInfoKind.Object && member.Class == DataClass.Public)
            {
                Same(inner, member.Members, $"{path}.{member.Name}");
            }
        }
    }
}

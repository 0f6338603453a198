using System.Reflection;
using Marketplace.Catalogue;
using Marketplace.Developers;
using Marketplace.Enterprises;
using Marketplace.Installations;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Architecture.Tests;

public sealed class GrainKeyTests
{
    public static TheoryData<string> Ids { get; } =
    ["020235", "ABC", "0ABC", "0f8fad5bd9cb469fa16570867728950e", "0f8fad5b-d9cb-469f-a165-70867728950e"];

    [Theory]
    [MemberData(nameof(Ids))]
    public void No_store_can_take_a_key_for_a_number(string id)
    {
        var keys = typeof(GrainKeys)
            .GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.ReturnType == typeof(string) && !method.IsGenericMethod)
            .Select(method =>
                (string)method.Invoke(null, [.. method.GetParameters().Select(parameter => Sample(parameter.ParameterType, id))])!
            )
            .ToArray();

        Assert.True(keys.Length >= 6);
        Assert.All(keys, key => Assert.Matches("^[a-z][a-z-]*/", key));
        Assert.All(keys, key => Assert.False(GrainId.Create("any", key).TryGetIntegerKey(out _, out _), key));
        Assert.All(keys, key => Assert.False(GrainId.Create("any", key).TryGetGuidKey(out _, out _), key));
    }

    [Fact]
    public void Without_its_prefix_such_an_id_is_taken_for_a_number() =>
        Assert.True(GrainId.Create("any", "020235").TryGetIntegerKey(out _, out _));

    private static object Sample(Type type, string id) =>
        type switch
        {
            _ when type == typeof(SellerId) => SellerId.Parse(id, null),
            _ when type == typeof(DeveloperId) => DeveloperId.Parse(id, null),
            _ when type == typeof(PluginId) => PluginId.Parse(id, null),
            _ when type == typeof(Licence) => Licence.Parse("91350211M000100Y46", null),
            _ when type == typeof(InstallationId) => InstallationId.Parse($"{id}/{id}", null),
            _ when type == typeof(DateOnly) => new DateOnly(2026, 11, 1),
            _ when type == typeof(int) => 20_235,
            _ when type == typeof(string) => id,
            _ => throw new InvalidOperationException($"Give {type} a sample."),
        };
}

using System.Reflection;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Invocation;
using Orleans.Serialization.TypeSystem;
using Xunit;

namespace Marketplace.Architecture.Tests;

/// <summary>What crosses grain calls keeps its names and numbers: a renumbered member is read as another one by the last release.</summary>
public sealed class WireTests
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Type[] Serialized =
    [
        .. Product.Types.Where(type => type.IsDefined(typeof(GenerateSerializerAttribute), inherit: false)),
    ];

    [Fact]
    public void The_shapes_are_the_approved_ones()
    {
        var received = Shapes();
        var approved = Embedded.Text("WireShapes.approved.txt");
        var path = Path.Combine(AppContext.BaseDirectory, "WireShapes.received.txt");
        File.WriteAllText(path, received);
        Assert.True(
            received == approved,
            $"Approve by copying {path} over WireShapes.approved.txt.\n{Embedded.Difference(approved, received)}"
        );
    }

    [Fact]
    public void Every_type_that_is_serialized_has_an_alias_of_its_own()
    {
        Assert.All(Serialized, type => Assert.StartsWith("mp.", Alias(type), StringComparison.Ordinal));
        Assert.Empty(
            Serialized.GroupBy(Alias).Where(group => group.Count() > 1).Select(group => $"{group.Key}: {string.Join(", ", group)}")
        );
    }

    [Fact]
    public void Every_number_of_a_type_belongs_to_one_member() =>
        Assert.All(Serialized, type =>
            Assert.Empty(
                Members(type).GroupBy(member => member.Id).Where(group => group.Count() > 1).Select(group => $"{type}: {group.Key}")
            )
        );

    /// <summary>Written twice, a text is a reference, which the codec of nullables refuses; the default means none.</summary>
    [Fact]
    public void No_text_value_is_nullable() =>
        Assert.DoesNotContain(Serialized.SelectMany(Members), member =>
            Nullable.GetUnderlyingType(member.Type) is { } value
            && value.GetInterfaces().Any(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ITextValue<>))
        );

    [Fact]
    public void Every_grain_type_and_interface_has_a_name_of_its_own()
    {
        var grains = Product.Types.Where(type => type.IsClass && !type.IsAbstract && type.IsAssignableTo(typeof(Grain))).ToArray();
        var interfaces = Product.Types.Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable))).ToArray();
        Assert.NotEmpty(grains);
        Assert.Equal(grains.Length, grains.Select(Name<GrainTypeAttribute>).Distinct().Count());
        Assert.Equal(interfaces.Length, interfaces.Select(Name<GrainInterfaceTypeAttribute>).Distinct().Count());
        Assert.All(interfaces, type => Assert.Equal($"mp.grain.{Name<GrainInterfaceTypeAttribute>(type)}", Alias(type)));
        Assert.All(interfaces, type =>
            Assert.Equal(
                type.GetMethods().Length,
                type.GetMethods().Select(method => method.GetCustomAttribute<AliasAttribute>()?.Alias).OfType<string>().Distinct().Count()
            )
        );
    }

    /// <summary>A silo drops a call whose name it does not know: with a C# name in it, moving an interface is a break.</summary>
    [Fact]
    public void A_request_is_named_on_the_wire_by_aliases_alone()
    {
        using var services = new ServiceCollection()
            .AddSerializer(serializer =>
            {
                foreach (var assembly in Product.All)
                {
                    serializer.AddAssembly(assembly);
                }
            })
            .BuildServiceProvider();
        var names = services.GetRequiredService<TypeConverter>();
        var requests = Product
            .All.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsAssignableTo(typeof(IInvokable)) && type.IsDefined(typeof(CompoundTypeAliasAttribute), inherit: false))
            .Select(type => names.Format(type))
            .ToArray();
        Assert.NotEmpty(requests);
        Assert.All(requests, name => Assert.Contains("[mp.grain.", name, StringComparison.Ordinal));
        Assert.DoesNotContain(requests, name => name.Contains(nameof(Marketplace), StringComparison.Ordinal));
    }

    [Fact]
    public void No_grain_keeps_its_state_in_the_base_class_that_shares_one_row() =>
        Assert.DoesNotContain(Product.Types, type =>
            type.BaseType is { IsGenericType: true } parent && parent.GetGenericTypeDefinition() == typeof(Grain<>)
        );

    private static string Name<TAttribute>(Type type)
        where TAttribute : Attribute =>
        (string?)
            type.GetCustomAttributesData().SingleOrDefault(data => data.AttributeType == typeof(TAttribute))?.ConstructorArguments[0].Value
        ?? throw new InvalidOperationException($"{type} has no {typeof(TAttribute).Name}.");

    private static string Alias(Type type) => type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? $"{type} has none";

    private static IEnumerable<(uint Id, string Name, Type Type)> Members(Type type) =>
        type.GetMembers(Declared)
            .Where(member => member.GetCustomAttribute<IdAttribute>() is not null)
            .Select(member =>
                (
                    member.GetCustomAttribute<IdAttribute>()!.Id,
                    member.Name,
                    member is PropertyInfo property ? property.PropertyType : ((FieldInfo)member).FieldType
                )
            )
            .OrderBy(member => member.Id);

    private static string Shapes()
    {
        var text = new StringBuilder();
        foreach (var type in Serialized.OrderBy(Alias, StringComparer.Ordinal))
        {
            text.Append(Alias(type)).Append('\n');
            foreach (var (id, name, shape) in Members(type))
            {
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"  {id} {name} {Short(shape)}\n");
            }
        }

        return text.ToString();
    }

    private static string Short(Type type) =>
        type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Short))}>" : type.Name;
}

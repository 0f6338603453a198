using System.Collections;
using System.Reflection;

namespace Marketplace.Cluster.Tests.Outages;

/// <summary>Makes an argument of any type that crosses grain calls: well-formed ids, texts and instants, and empty lists.</summary>
internal sealed class MadeUp(string seller)
{
    private const int Deepest = 6;

    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Static;

    /// <summary>What ids look like; the first that a type can read is taken.</summary>
    private readonly string[] _texts =
    [
        $"{seller}/label-printer",
        seller,
        "91350211M000100Y46",
        "2026-11-20T08:00:00+00:00",
        "2026-11",
        "1",
        "0.5",
    ];

    /// <summary>The arguments of a call.</summary>
    public object?[] Arguments(MethodInfo method) => [.. method.GetParameters().Select(parameter => Of(parameter.ParameterType, 0))];

    private object? Of(Type type, int depth) =>
        type switch
        {
            _ when type == typeof(string) => "made-up",
            _ when type == typeof(CancellationToken) => CancellationToken.None,
            _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero),
            // Read from a text it would be a day, and who waits so long holds up the end of its silo.
            _ when type == typeof(TimeSpan) => TimeSpan.FromSeconds(1),
            _ when type == typeof(ReadOnlyMemory<byte>) => new ReadOnlyMemory<byte>([1, 2, 3]),
            _ when Nullable.GetUnderlyingType(type) is { } inner => Of(inner, depth),
            _ when type.IsEnum => Enum.GetValues(type).GetValue(0),
            _ when type.IsArray => Array.CreateInstance(type.GetElementType()!, 0),
            _ when type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) => Empty(type),
            _ when Parsed(type) is { } parsed => parsed,
            _ when type.IsValueType && type.Assembly == typeof(int).Assembly => Activator.CreateInstance(type),
            _ => depth < Deepest ? Built(type, depth) : null,
        };

    private static object? Empty(Type type)
    {
        if (type.GetField("Empty", Public) is { } empty)
        {
            return empty.GetValue(null);
        }

        var list = typeof(List<>).MakeGenericType(type.GetGenericArguments()[^1]);
        return type.IsAssignableFrom(list) ? Activator.CreateInstance(list)
            : type.IsInterface && type.GetGenericArguments().Length == 2
                ? Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(type.GetGenericArguments()))
            : Activator.CreateInstance(type);
    }

    /// <summary>An id, by the parser that every id has.</summary>
    private object? Parsed(Type type)
    {
        if (type.GetMethod("Parse", Public, [typeof(string), typeof(IFormatProvider)]) is not { } parse || parse.ReturnType != type)
        {
            return null;
        }

        foreach (var text in _texts)
        {
            try
            {
                return parse.Invoke(null, [text, null]);
            }
            catch (TargetInvocationException)
            {
                // It is the text of another kind of id.
            }
        }

        return null;
    }

    /// <summary>A record, by its longest constructor; of a family of records the first that can be made.</summary>
    private object? Built(Type type, int depth)
    {
        if (type.IsAbstract || type.IsInterface)
        {
            return type
                .Assembly.GetTypes()
                .Where(other => !other.IsAbstract && other.IsAssignableTo(type) && !other.ContainsGenericParameters)
                .OrderBy(other => other.FullName, StringComparer.Ordinal)
                .Select(other => Of(other, depth + 1))
                .FirstOrDefault(made => made is not null);
        }

        foreach (
            var constructor in type.GetConstructors()
                .Where(made => made.GetParameters() is not [var only] || only.ParameterType != type)
                .OrderByDescending(made => made.GetParameters().Length)
        )
        {
            try
            {
                return constructor.Invoke([.. constructor.GetParameters().Select(parameter => Of(parameter.ParameterType, depth + 1))]);
            }
            catch (TargetInvocationException)
            {
                // It asks for more than well-formed parts.
            }
        }

        return null;
    }
}

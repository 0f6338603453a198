using System.Reflection;
using System.Reflection.Emit;
using Marketplace.Api.Privacy;
using Marketplace.Api.SellerApi.Labels;
using Marketplace.Events;
using Xunit;

namespace Marketplace.Architecture.Tests;

/// <summary>
/// What was sealed is read and opened by the label desk, which prints it, by the dictionary of buyers, which strikes it out of texts, and
/// by nobody else (R23): asked of the compiled code.
/// </summary>
public sealed class SealedPartTests
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly byte[] Calls = [(byte)OpCodes.Call.Value, (byte)OpCodes.Callvirt.Value];

    [Theory]
    [InlineData(typeof(IFeedGrain), nameof(IFeedGrain.ReadSealed), typeof(LabelService))]
    [InlineData(typeof(IFeedGrain), nameof(IFeedGrain.ReadBuyers), typeof(BuyerDictionary))]
    [InlineData(typeof(IBuyerSeal), nameof(IBuyerSeal.Open), typeof(BuyerDictionary), typeof(LabelService))]
    public void Nobody_else_calls_it(Type type, string method, params Type[] allowed)
    {
        var callers = Product
            .All.SelectMany(assembly => assembly.GetTypes())
            .Where(candidate => candidate.Namespace?.StartsWith("OrleansCodeGen", StringComparison.Ordinal) != true)
            .Where(candidate =>
                Bodies(candidate).Any(body => CalledBy(body).Any(called => called.Name == method && called.DeclaringType == type))
            )
            .Select(Outermost)
            .Distinct()
            .OrderBy(caller => caller.Name, StringComparer.Ordinal);

        Assert.Equal(allowed, callers);
    }

    [Fact]
    public void A_call_is_found_where_there_is_one() =>
        Assert.Contains(CalledBy(typeof(SealedPartTests).GetMethod(nameof(Caller), Everything)!), called =>
            called.Name == nameof(IBuyerSeal.Open)
        );

    private static ReadOnlyMemory<byte>? Caller(IBuyerSeal seal) => seal.Open(default, default);

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<MethodBase> Bodies(Type type) =>
        type.GetMethods(Everything).Concat<MethodBase>(type.GetConstructors(Everything));

    /// <summary>Every place that reads like a call is resolved; what is none resolves to nothing or to something else.</summary>
    private static IEnumerable<MethodBase> CalledBy(MethodBase method)
    {
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i + 4 < code.Length; i++)
        {
            if (Calls.Contains(code[i]) && Resolve(method, BitConverter.ToInt32(code, i + 1)) is { } called)
            {
                yield return called;
            }
        }
    }

    private static MethodBase? Resolve(MethodBase method, int token)
    {
        try
        {
            var ofMethod = method is MethodInfo { IsGenericMethod: true } ? method.GetGenericArguments() : null;
            return method.Module.ResolveMethod(
                token,
                method.DeclaringType?.IsGenericType == true ? method.DeclaringType.GetGenericArguments() : null,
                ofMethod
            );
        }
        catch (Exception e)
            when (e is ArgumentException or BadImageFormatException or TypeLoadException or FileNotFoundException or MissingMethodException)
        {
            return null;
        }
    }
}

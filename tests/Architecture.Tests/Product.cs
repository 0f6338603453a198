using System.Reflection;
using Marketplace.Grains;
using Marketplace.Storage;

namespace Marketplace.Architecture.Tests;

/// <summary>The product's assemblies.</summary>
internal static class Product
{
    public static Assembly Domain { get; } = typeof(Refusal).Assembly;

    public static Assembly Certification { get; } = typeof(Certification.Gate).Assembly;

    public static Assembly Interfaces { get; } = typeof(GrainKeys).Assembly;

    public static Assembly Grains { get; } = typeof(GrainSetup).Assembly;

    public static Assembly Storage { get; } = typeof(StorageProvider).Assembly;

    public static Assembly Identity { get; } = typeof(Identity.IdentitySetup).Assembly;

    public static Assembly Webhooks { get; } = typeof(Webhooks.WebhookSetup).Assembly;

    public static Assembly Api { get; } = typeof(Api.ApiSetup).Assembly;

    public static Assembly Silo { get; } = Assembly.Load("Marketplace.Silo");

    public static IReadOnlyList<Assembly> All { get; } =
    [Domain, Certification, Interfaces, Grains, Storage, Identity, Webhooks, Api, Silo];

    /// <summary>Types that people wrote, not the compiler or the code generator.</summary>
    public static IEnumerable<Type> Types =>
        All.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith("Marketplace", StringComparison.Ordinal) == true);
}

using System.Collections.Immutable;
using Marketplace.Api.Calls.Upstreams;
using Marketplace.Installations;
using Yarp.ReverseProxy.Configuration;

namespace Marketplace.Api.Calls;

/// <summary>All operations known to this process: the built-in ones and, if it serves calls, those of configured upstreams.</summary>
public sealed class OperationCatalogue(IServiceProvider services)
{
    private ImmutableArray<Operation> _all;

    public ImmutableArray<Operation> All => _all.IsDefault ? _all = Read() : _all;

    /// <summary>The operations' required scopes, for judging recorded calls.</summary>
    public IReadOnlyCollection<OperationScope> Scopes =>
        [
            .. All.Where(operation => !operation.IsAccessory)
                .Select(operation => new OperationScope(operation.Id, operation.Scope, operation.Billable)),
        ];

    /// <summary>The write operations with their scopes.</summary>
    public IReadOnlyDictionary<string, string> Writes =>
        All.Where(operation => operation.IsWrite)
            .DistinctBy(operation => operation.Id)
            .ToDictionary(operation => operation.Id.Value, operation => operation.Scope.ToString());

    private ImmutableArray<Operation> Read() =>
        services.GetService<IProxyConfigProvider>() is { } upstreams
            ? [.. Operations.All, .. UpstreamOperations.Read(upstreams).Values]
            : Operations.All;
}

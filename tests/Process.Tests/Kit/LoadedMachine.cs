using Xunit;

namespace Marketplace.Process.Tests.Kit;

/// <summary>
/// Tests that load the machine with a server, a store and 32 callers: one after the other, beside nothing else, they are steady.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LoadedMachine
{
    public const string Name = "Loaded machine";
}

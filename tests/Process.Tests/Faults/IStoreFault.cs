using Marketplace.TestKit.Processes;

namespace Marketplace.Process.Tests.Faults;

/// <summary>A store that can be taken away from a running server and given back.</summary>
internal interface IStoreFault : IAsyncDisposable
{
    SiloOptions Options { get; }

    Task Break();

    Task Repair();
}

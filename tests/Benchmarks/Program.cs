using System.Runtime.Versioning;
using Marketplace.Benchmarks;
using Marketplace.Benchmarks.Peers;

[assembly: SupportedOSPlatform("linux")]

return args is ["peer", var name, .. var rest]
    ? await PeerServer.Run(name, rest)
    : await BenchmarkCommand.Run(args);

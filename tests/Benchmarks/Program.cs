using System.Runtime.Versioning;
using Marketplace.Benchmarks;
using Marketplace.Benchmarks.Peers;
using Marketplace.Benchmarks.Sync;

[assembly: SupportedOSPlatform("linux")]

return args switch
{
    ["peer", var name, .. var rest] => await PeerServer.Run(name, rest),
    ["sync", .. var rest] => await BenchmarkCommand.Run(rest, SyncCommand.Measure),
    _ => await BenchmarkCommand.Run(args, BenchmarkCommand.Measure),
};

namespace Marketplace.Api.Tests.Hosting;

/// <summary>Upstream routes as an operator configures them.</summary>
internal static class UpstreamSettings
{
    private const string Prefix = "ReverseProxy";

    public static IEnumerable<(string Key, string Value)> For(string upstream, string closed) =>
        [
            .. Cluster("echo", upstream),
            .. Cluster("closed", closed),
            .. Route("echo-read", "echo", "/open/v1/upstream/echo/{**rest}", "GET", "R1", billable: true),
            .. Route("echo-write", "echo", "/open/v1/upstream/echo/{**rest}", "POST", "W1", billable: true),
            .. Route("echo-free", "echo", "/open/v1/upstream/free/{**rest}", "GET", "R1", billable: false),
            .. Route("closed-read", "closed", "/open/v1/upstream/closed/{**rest}", "GET", "R1", billable: true),
        ];

    private static IEnumerable<(string Key, string Value)> Cluster(string id, string address) =>
        [
            ($"{Prefix}:Clusters:{id}:Destinations:one:Address", address),
            ($"{Prefix}:Clusters:{id}:HttpRequest:ActivityTimeout", "00:00:02"),
        ];

    private static IEnumerable<(string Key, string Value)> Route(
        string id,
        string cluster,
        string path,
        string method,
        string risk,
        bool billable
    ) =>
        [
            ($"{Prefix}:Routes:{id}:ClusterId", cluster),
            ($"{Prefix}:Routes:{id}:Match:Path", path),
            ($"{Prefix}:Routes:{id}:Match:Methods:0", method),
            ($"{Prefix}:Routes:{id}:Metadata:Marketplace.Operation", $"upstream.{id}"),
            ($"{Prefix}:Routes:{id}:Metadata:Marketplace.Scope", "upstream.use"),
            ($"{Prefix}:Routes:{id}:Metadata:Marketplace.Risk", risk),
            ($"{Prefix}:Routes:{id}:Metadata:Marketplace.Billable", billable ? "true" : "false"),
        ];
}

using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Marketplace.Replay.Tests;

internal sealed record Reply(int Status, JsonNode? Body, ImmutableDictionary<string, string> Headers, bool Lost = false)
{
    public static Reply Ok(JsonNode body) => new(200, body, ImmutableDictionary<string, string>.Empty);

    public static Reply Problem(int status, string code) =>
        new(
            status,
            new JsonObject
            {
                ["code"] = code,
                ["error"] = code,
                ["status"] = status,
            },
            ImmutableDictionary<string, string>.Empty
        );

    public Reply With(string header, string value) => this with { Headers = Headers.SetItem(header, value) };
}

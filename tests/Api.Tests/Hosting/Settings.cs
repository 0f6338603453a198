using System.Text.Json.Serialization;

namespace Marketplace.Api.Tests.Hosting;

/// <summary>The body of an installation's settings: both members are always there, null or not.</summary>
public sealed record Settings(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? SyncWindowHours,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? SpendCap
);

using System.Text.Json;

namespace Marketplace.Api.Tests.Hosting;

/// <summary>What every problem document must be (docs/problems.md).</summary>
internal static class ProblemAssert
{
    /// <summary>The answer is a whole problem document of this status and code.</summary>
    public static JsonElement IsProblem(this Exchange exchange, int status, string code, string what = "") =>
        exchange.Answer.IsProblem(status, code, what);

    /// <inheritdoc cref="IsProblem(Exchange, int, string, string)"/>
    public static JsonElement IsProblem(this Answer answer, int status, string code, string what = "")
    {
        var problem = answer.IsProblem(what);
        Assert.True(status == (int)answer.Status && code == answer.ProblemCode, $"{what}: expected {status} {code}, but was {answer}");
        return problem;
    }

    /// <summary>The answer is a whole problem document of the sender's fault.</summary>
    public static JsonElement IsProblem(this Answer answer, string what = "")
    {
        Assert.True(answer.ContentType == "application/problem+json", $"{what}: {answer}");
        Assert.True((int)answer.Status is >= 400 and < 500, $"{what}: {answer}");
        var problem = answer.Json;
        var code = Text(problem, "code");
        var id = Text(problem, "request_id");
        Assert.Equal($"urn:marketplace:problem:{code}", Text(problem, "type"));
        Assert.Equal((int)answer.Status, problem.GetProperty("status").GetInt32());
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal($"urn:marketplace:error-log:{id}", Text(problem, "instance"));
        Assert.Equal(id, answer.RequestId);
        Assert.Equal($"/problems#{code}", Text(problem, "doc"));
        Assert.Contains(Text(problem, "type_class"), new[] { "SYSTEM", "ISV", "ISP" });
        Assert.All(["title", "detail", "rule"], name => Assert.NotEmpty(Text(problem, name)));
        Assert.All(["by", "action"], name => Assert.NotEmpty(Text(problem.GetProperty("fix"), name)));
        Assert.Equal(JsonValueKind.Object, problem.GetProperty("evidence").ValueKind);
        return problem;
    }

    private static string Text(JsonElement problem, string name) =>
        problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw new Xunit.Sdk.XunitException($"No text '{name}' in {problem}");
}

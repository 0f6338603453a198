using Marketplace.Api.Http.Problems;
using Marketplace.Installations;
using Marketplace.Journal;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Marketplace.Api.Tests.Problems;

/// <summary>A text that no store keeps, should it get past every door: the request is at fault and not the store.</summary>
public class RefusedValueTests(TestMarketplace marketplace)
{
    [Fact]
    public async Task A_grain_that_is_handed_one_refuses_it_and_goes_on()
    {
        var id = await marketplace.NewInstallation();
        var grain = marketplace
            .Services.GetRequiredService<IGrainFactory>()
            .GetGrain<IInstallationGrain>(GrainKeys.Of(InstallationId.Parse(id, null)));
        var token = TestContext.Current.CancellationToken;

        await Assert.ThrowsAsync<ValueRefusedException>(() => Pause("li\0lei"));

        Assert.Null((await Pause("li-lei")).Refusal);

        Task<Outcome<InstallationAnswer>> Pause(string actor) =>
            grain.Execute(
                new InstallationCommand.Pause(null),
                new Initiator(ActorId.Parse(actor), OperationId.Parse(Guid.NewGuid().ToString("N")), null, ActorRole.SellerCenter),
                token
            );
    }

    [Fact]
    public async Task It_is_answered_with_a_problem_that_says_not_to_repeat()
    {
        await using var scope = marketplace.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Response.Body = new MemoryStream();
        var outermost = ActivatorUtilities.CreateInstance<ProblemMiddleware>(
            scope.ServiceProvider,
            (RequestDelegate)(_ => throw new ValueRefusedException("The test's."))
        );

        await outermost.Invoke(context);

        context.Response.Body.Position = 0;
        var problem = System.Text.Json.JsonElement.Parse(
            await new StreamReader(context.Response.Body).ReadToEndAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal(400, context.Response.StatusCode);
        Assert.Equal("body-invalid", problem.GetProperty("code").GetString());
        Assert.False(problem.GetProperty("retryable").GetBoolean());
    }
}

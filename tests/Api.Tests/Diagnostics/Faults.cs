using System.Collections.Immutable;
using System.Text.Json;
using Marketplace.Enterprises;
using Marketplace.Quotas;
using Marketplace.TestKit;
using static Marketplace.Api.Tests.Diagnostics.Tags;

namespace Marketplace.Api.Tests.Diagnostics;

/// <summary>All faults that are made.</summary>
internal static class Faults
{
    private const string Order = "orders/none-such";

    private static readonly string[] Refusal = [Recent, Reaching];
    private static readonly string[] Success = [Recent, Reaching, Successes];
    private static readonly string[] TimePasses = [Clock, Counter, Recent, Token];
    private static readonly string[] Stopping = [State];

    public static ImmutableArray<Fault> All { get; } =
    [
        .. Lifecycle(),
        .. Enterprise(),
        .. Grants(),
        .. Tokens(),
        .. Limits(),
        .. CallsThatFail(),
        .. Surroundings(),
        .. Deliveries(),
        .. Platform(),
    ];

    private static IEnumerable<Fault> Lifecycle()
    {
        yield return new("paused by the seller", "installation-paused", Stage.Stops, bench =>
            bench.Seller_(HttpMethod.Post, "pause", new { reason = "stocktaking" })
        )
        {
            Has = [Pause, .. Stopping],
            Repairable = true,
        };
        yield return new("suspended by the platform", "installation-suspended", Stage.Stops, bench =>
            bench.Operator($"/platform/v1/installations/{bench.Installation}/suspend", new { reason = "complaints" })
        )
        {
            Has = [.. Stopping, "suspension"],
            Repairable = true,
        };
        yield return new("disabled by the seller", "installation-disabled", Stage.Stops, bench =>
            bench.Seller_(HttpMethod.Post, "disable", new { reason = "not needed" })
        )
        {
            Has = [Consent, .. Stopping],
            Not = [Consent, Scope, Pause, Entity, ChangesPlugin],
            Repairable = true,
        };
        yield return new("enabled again without consent", "consent-missing", Stage.Stops, async bench =>
        {
            await bench.Seller_(HttpMethod.Post, "disable", new { });
            (
                await bench.Client.Send(
                    HttpMethod.Post,
                    "/seller/v1/installations",
                    await bench.Client.UserToken(bench.Seller),
                    new { seller = bench.Seller, plugin = bench.Id.Plugin.Value }
                )
            ).OrThrow();
        })
        {
            Has = [Consent, .. Stopping],
            Not = [Consent, Scope, Pause, Entity, ChangesPlugin, "suspension"],
            Repairable = true,
        };
        yield return new("authorisation ran out", "authorisation-expired", Stage.Time, bench => Pass(bench, TimeSpan.FromDays(366)))
        {
            Has = [Consent, Clock, LongClock, .. Stopping],
            Not = [Consent, Scope, .. TimePasses],
            Repairable = true,
        };
        yield return new("plugin lost its certification", "plugin-not-certified", Stage.Stops, bench =>
            bench.Release(shape => shape with { Certified = false })
        )
        {
            Has = [ChangesPlugin],
            Not = [Consent],
        };
    }

    private static IEnumerable<Fault> Enterprise()
    {
        static Fault Entity(string name, string code, Func<FaultBench, Task> make) =>
            new(name, code, Stage.Surroundings, make)
            {
                Has = [Tags.Entity, NoFirstCall, .. Stopping],
                Not = [Tags.Entity, Verified, Pause, Reaching, Scope, Token],
            };

        yield return Entity("no enterprise named", "entity-missing", _ => Task.CompletedTask);
        yield return Entity("documents not uploaded", "entity-not-submitted", bench => bench.Link());
        yield return Entity("documents not handed in", "entity-not-submitted", bench => bench.Upload()) with
        {
            Repairable = true,
        };
        yield return Entity("enterprise under review", "entity-under-review", bench => bench.Submit());
        yield return Entity("reviewers ask", "entity-needs-info", async bench =>
        {
            await bench.Submit();
            await bench.Review(new EnterpriseCommand.Ask("Please upload a sharper scan."));
        }) with
        {
            Repairable = true,
        };
        yield return Entity("enterprise rejected", "entity-rejected", async bench =>
        {
            await bench.Submit();
            await bench.Review(new EnterpriseCommand.Reject("The licence has expired."));
        }) with
        {
            Repairable = true,
        };
        yield return new("sub-accounts all bound", "sub-account-limit", Stage.Surroundings, async bench =>
        {
            await bench.FindEnterprise();
            for (var i = 0; i < EnterprisePolicy.Standard.Cap; i++)
            {
                await bench.Enterprise_(
                    new EnterpriseCommand.BindAccount(bench.Id.Seller, bench.Id.Plugin, AccountId.Parse($"account-{i}", null))
                );
            }
        })
        {
            Has = [Verified],
            Not = [Tags.Entity],
            Repairable = true,
            AfterRepair = bench =>
                bench.Enterprise_(
                    new EnterpriseCommand.ApproveApplication("1", 10, DateOnly.FromDateTime(bench.Now.UtcDateTime).AddDays(30))
                ),
        };
    }

    private static IEnumerable<Fault> Grants()
    {
        yield return new("scope closed, plugin calls on", "scope-missing", Stage.Refusals, async bench =>
        {
            await Close(bench, "orders.read");
            FaultBench.Refused(await bench.Get("orders"), "scope-missing");
        }) { Has = [Scope, Reaching, .. Stopping], Repairable = true };
        yield return new("new version needs another scope", "scope-pending", Stage.Refusals, async bench =>
        {
            await Close(bench, "products.read");
            await bench.Release(shape => shape with { NeededScope = "products.read" });
            await Eventually.Holds(
                async () => (await bench.Get("products")).ProblemCode == "scope-pending",
                "a refusal for the pending scope"
            );
        })
        {
            Has = [Scope, ChangesPlugin, Reaching, .. Stopping],
            Not = [],
            Repairable = true,
        };
        yield return new("sensitive scope ran out", "scope-expired", Stage.Time, bench => Pass(bench, TimeSpan.FromDays(31)))
        {
            Has = [Scope, Clock, LongClock, .. Stopping],
            Not = [.. TimePasses],
            Repairable = true,
        };
        yield return new("scope without certification", "scope-not-certified", Stage.Refusals, async bench =>
            FaultBench.Refused(await bench.Get("tracking/x"), "scope-missing")
        )
        {
            Has = [Scope, Reaching, .. Stopping],
            Shape = shape => shape with { LackingScope = "logistics.read" },
        };
        yield return new("endpoint of another region", "region-mismatch", Stage.Refusals, async bench =>
            FaultBench.Refused(await bench.Get("products"), "region-mismatch")
        )
        {
            Has = [.. Refusal, NoFirstCall],
            Not = [Successes, Counter, "upstream", ChangesPlugin, Endpoint],
            Shape = shape => shape with { Region = "eu" },
        };
        yield return new("write outside the purpose", "risk-hold", Stage.Calls, async bench =>
        {
            await bench.Event(
                "product.updated",
                "lamp",
                new
                {
                    title = "Lamp",
                    price = 9.9m,
                    currency = "CNY",
                }
            );
            FaultBench.Refused(
                await bench.Client.Call(
                    bench.Installation,
                    HttpMethod.Patch,
                    "products/lamp",
                    new { price = 1m },
                    MarketplaceClient.NewKey()
                ),
                "risk-hold"
            );
        }) { Has = [.. Success, Tags.Events, "hold"], Repairable = true };
    }

    private static IEnumerable<Fault> Tokens()
    {
        yield return new("token expired", "token-expired", Stage.Time, bench => Pass(bench, TimeSpan.FromHours(2)))
        {
            Has = [Clock, Token],
            Not = [.. TimePasses],
        };
        yield return new("token revoked", "token-revoked", Stage.Stops, async bench =>
        {
            var token = await bench.NewPluginToken();
            await bench.Client.Send(HttpMethod.Get, "/open/v1/orders", token);
            await bench.Revoke(token);
            FaultBench.Refused(await bench.Client.Send(HttpMethod.Get, "/open/v1/orders", token), "token-revoked");
        }) { Has = [Token, Reaching, .. Stopping], Not = [Token, Clock] };
        yield return new("never called", "token-never-used", Stage.Time, bench => Pass(bench, TimeSpan.FromMinutes(31)))
        {
            Has = [NoFirstCall, Quiet, Clock],
            Not = [Reaching, .. TimePasses],
        };
        yield return new("no call for a day", "no-calls", Stage.Time, async bench =>
        {
            await Pass(bench, TimeSpan.FromHours(25));
            await bench.Event("product.updated", "fresh", new { title = "Fresh" });
        }) { Has = [Quiet, Clock, Tags.Events], Not = [NoFirstCall, Late, .. TimePasses] };
    }

    private static IEnumerable<Fault> Limits()
    {
        yield return new("day's quota used up", "quota-exceeded", Stage.Limits, bench => Until(bench, "quota-exceeded"))
        {
            Has = [.. Success, Counter, Quota, Swarm, "used-up"],
            Not = [Quota],
            Shape = shape => shape with { DailyLimit = 30 },
        };
        yield return new("quota will not last", "quota-forecast", Stage.Calls, bench => Many(bench, 20))
        {
            Has = [.. Success, Counter, Quota, Swarm],
            Not = [Quota],
            Shape = shape => shape with { DailyLimit = 100 },
        };
        yield return new("quota nearly used up", "quota-near-limit", Stage.Time, async bench =>
        {
            await Many(bench, 28 - (await bench.Client.Quota(bench.Installation)).Json.GetProperty("daily").GetProperty("used").GetInt32());
            await Pass(bench, TimeSpan.FromMinutes(16));
        })
        {
            Has = [.. Success, Counter, Quota, Swarm, Clock],
            Not = [Quota, Clock, Consent, Scope, Spend, Pause, ChangesPlugin, "suspension", Token],
            Shape = shape => shape with { DailyLimit = 30 },
        };
        yield return new("too many at once", "burst-exceeded", Stage.Refusals, async bench =>
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => bench.Get("products")));
            FaultBench.Refused(answers.First(answer => !answer.IsSuccess), "burst-exceeded");
        })
        {
            Has = [.. Success, Burst],
            Not = [Swarm, Burst, Scope, Spend, "many"],
            Shape = shape => shape with { Burst = new BurstLimit(6, 2) },
        };
        yield return new("spend cap reached", "spend-cap", Stage.Limits, async bench =>
        {
            await Many(bench, 3);
            await bench.Cap(await bench.Spent());
            FaultBench.Refused(await bench.Get("products"), "spend-cap");
        })
        {
            Has = [.. Success, Counter, Spend],
            Not = [Spend, "used-up"],
            Shape = shape => shape with { Price = 0.02m },
            Repairable = true,
        };
        yield return new("spend near its cap", "spend-near-cap", Stage.Surroundings, async bench =>
        {
            await Many(bench, 20);
            await bench.Cap(await bench.Spent() + 0.04m);
        })
        {
            Has = [.. Success, Counter, Spend],
            Not = [Spend, Burst, Quota, Scope, "idempotency"],
            Shape = shape => shape with { Price = 0.02m },
            Repairable = true,
        };
    }

    private static IEnumerable<Fault> CallsThatFail()
    {
        yield return new("upstream fails", "upstream-failed", Stage.Calls, async bench =>
            FaultBench.Refused(await bench.Get("upstream/echo/fail"), "upstream-failed")
        )
        {
            Has = [.. Success, "upstream"],
        };
        yield return new("requests that cannot pass", "requests-refused", Stage.Calls, async bench =>
        {
            for (var i = 0; i < 4; i++)
            {
                FaultBench.Refused(await bench.Get(Order), "order-not-found");
            }
        }) { Has = [.. Success, "many"] };
        yield return new("idempotency key for another write", "idempotency-key-reused", Stage.Calls, async bench =>
        {
            var key = MarketplaceClient.NewKey();
            (await bench.Post("upstream/echo/write", new { note = "one" }, key)).OrThrow();
            FaultBench.Refused(await bench.Post("upstream/echo/write", new { note = "two" }, key), "idempotency-key-reused");
        }) { Has = [.. Success, "idempotency"] };
        yield return new("bug of the platform", "internal-error", Stage.Calls, async bench =>
        {
            await bench.Event("order.paid", bench.LastOrder, new { });
            bench.Market.Stores.Bug(bench.Seller);
            FaultBench.Refused(await bench.Post($"orders/{bench.LastOrder}/flags", new { kind = "other" }), "internal-error");
            bench.Market.Stores.Repair();
        }) { Has = [.. Success, "bug", Tags.Events], Not = [OwnEvents] };
    }

    private static IEnumerable<Fault> Deliveries()
    {
        // What keeps the plugin's events from being sent at all keeps these faults from coming about.
        ImmutableHashSet<string> others =
        [
            Endpoint,
            State,
            Scope,
            Consent,
            Tags.Entity,
            NoEvents,
            OwnEvents,
            Late,
            Clock,
            LongClock,
            Outage,
            Alone,
            Schema,
            ChangesPlugin,
            "suspension",
        ];
        yield return new("plugin's address gone", "endpoint-parked", Stage.Surroundings, async bench =>
        {
            var receiver = await bench.Receive();
            receiver.Status = 410;
            await bench.Order(TimeSpan.Zero);
            await Eventually.Holds(async () => (await bench.Sync()).TryGetProperty("parked", out _), "a parked endpoint");
            receiver.Status = 204;
        })
        {
            Has = [Endpoint, Tags.Events],
            Not = others,
            Repairable = true,
        };
        yield return new("plugin's address fails", "endpoint-failing", Stage.Surroundings, async bench =>
        {
            (await bench.Receive()).Status = 503;
            for (var i = 0; i < 12; i++)
            {
                await bench.Order(TimeSpan.Zero);
            }

            await Eventually.Holds(async () => (await bench.Sync()).TryGetProperty("broken_since", out _), "an open breaker");
        }) { Has = [Endpoint, Tags.Events], Not = others };
        yield return new("event given up", "dead-letters", Stage.Calls, GiveUp)
        {
            Has = [Endpoint, Tags.Events, Schedule],
            // Enabling again begins without the events of before, a short schedule parks an address that fails, and an order of now is
            // newer than a late one.
            Not = [Endpoint, Consent, Tags.Entity, NoEvents, NoFirstCall, Late, Alone],
            Repairable = true,
            AfterRepair = bench => Eventually.Holds(async () => DeadLetters(await bench.Sync()) == 0, "no dead letter"),
        };
    }

    /// <summary>The plugin refuses the events of one order until the schedule is through, and takes those of another.</summary>
    private static async Task GiveUp(FaultBench bench)
    {
        var (receiver, refused) = (await bench.Receive(), FaultBench.NewId());
        var othersArrive = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var attempts = 0;
        receiver.Answer = async message =>
        {
            if (!message.Body.Contains(refused, StringComparison.Ordinal))
            {
                return 204;
            }

            // Were the schedule through before another event arrives, it would be the address that fails.
            await (++attempts == 1 ? Task.CompletedTask : othersArrive.Task);
            return 400;
        };
        await bench.Order(refused);
        await Eventually.Holds(async () => (await bench.Sync()).GetProperty("waiting").GetInt32() == 1, "one event that waits");
        var since = (await bench.Sync()).TryGetProperty("last_acknowledged_at", out var before)
            ? before.GetDateTimeOffset()
            : DateTimeOffset.MinValue;
        await bench.Order(TimeSpan.Zero);
        await Eventually.Holds(
            async () => (await bench.Sync()).TryGetProperty("last_acknowledged_at", out var last) && last.GetDateTimeOffset() > since,
            "an event that arrives"
        );
        othersArrive.SetResult();
        await Eventually.Holds(async () => DeadLetters(await bench.Sync()) == 1, "one dead letter");
        receiver.Answer = null;
    }

    private static int DeadLetters(JsonElement sync) => sync.GetProperty("dead_letters").GetInt32();

    private static IEnumerable<Fault> Surroundings()
    {
        yield return new("sync window too narrow", "sync-window-hides-orders", Stage.Surroundings, async bench =>
        {
            await bench.Order(TimeSpan.FromDays(3));
            await bench.Window(24);
        })
        {
            Has = [Tags.Events, .. Stopping],
            Not = [NoEvents],
            Repairable = true,
        };
        yield return new("no events of the seller", "feed-silent", Stage.Surroundings, _ => Task.CompletedTask)
        {
            Has = [OwnEvents, NoEvents],
            Not = [Tags.Events, OwnEvents],
        };
        yield return new("events come late", "feed-lags", Stage.Surroundings, bench => bench.Order(TimeSpan.FromHours(3)))
        {
            Has = [OwnEvents, Late],
            Not = [NoEvents, OwnEvents, "hold"],
        };
        yield return new("order without its creation", "feed-awaits-orders", Stage.Surroundings, bench =>
            bench.Event("order.paid", $"order-{Guid.NewGuid():N}", new { }, TimeSpan.FromHours(4))
        )
        {
            Has = [Tags.Events],
            Not = [NoEvents],
        };
        yield return new("schema about to retire", "schema-behind", Stage.Surroundings, _ => Task.CompletedTask)
        {
            Has = [Schema],
            Not = [Schema],
            Shape = shape => shape with { Schema = FaultMarketplace.OldSchema },
        };
        yield return new("schema retired", "schema-retired", Stage.Surroundings, _ => Task.CompletedTask)
        {
            Has = [Schema],
            Not = [Schema],
            Shape = shape => shape with { Schema = FaultMarketplace.RetiredSchema },
        };
    }

    private static IEnumerable<Fault> Platform()
    {
        yield return new("incident declared", "incident-open", Stage.Surroundings, bench => bench.Operator(
                "/platform/v1/incidents",
                new
                {
                    title = new { zh = "订单接口变慢", en = "Orders are slow" },
                    operations = new[] { "orders.list" },
                    sellers = new[] { bench.Seller },
                }
            )) { Repairable = true };
        yield return new("ledger away", "storage-unavailable", Stage.Outages, async bench =>
        {
            bench.Market.Stores.LedgerIsDown = true;
            if (!bench.Silent)
            {
                FaultBench.Refused(await bench.Get("orders"), "storage-unavailable");
            }
        }) { Has = [Outage], Not = [Outage, Clock, Quiet, NoFirstCall, Entity, Token] };
        yield return new("feed away", "storage-unavailable", Stage.Outages, async bench =>
        {
            bench.Market.Stores.BreakFeed(bench.Seller);
            Assert.Equal(503, (int)(await bench.Client.SendEvents([CloudEvents.OrderCreated(bench.Seller, "lost")])).Status);
        }) { Has = [Outage], Not = [Outage, Tags.Events, OwnEvents, NoEvents, Quiet] };
        yield return new("journal away", "storage-unavailable", Stage.Outages, async bench =>
        {
            bench.Market.Stores.BreakJournal(bench.Seller);
            var refused = await bench.Client.SellerCommand(HttpMethod.Post, bench.Installation, "pause", new { reason = "x" });
            FaultBench.Refused(refused, "storage-unavailable");
        }) { Has = [Outage, Alone], Not = [Outage, State, Entity, Clock, Verified, Counter, Recent, Token, "hold", Quiet, ChangesPlugin] };
    }

    private static Task Pass(FaultBench bench, TimeSpan time)
    {
        bench.Market.Pass(time);
        return Task.CompletedTask;
    }

    private static async Task Close(FaultBench bench, string scope)
    {
        var granted = (await bench.Client.Installation(bench.Installation))
            .Json.GetProperty("grants")
            .EnumerateArray()
            .Select(grant => grant.GetString()!);
        await bench.Client.SetGrants(bench.Installation, [.. granted.Where(grant => grant != scope)]);
    }

    private static async Task Many(FaultBench bench, int calls)
    {
        for (var i = 0; i < calls; i++)
        {
            (await bench.Get("products")).OrThrow();
        }
    }

    private static async Task Until(FaultBench bench, string code)
    {
        for (var i = 0; i < 200; i++)
        {
            if ((await bench.Get("products")).ProblemCode == code)
            {
                return;
            }
        }

        Assert.Fail($"No call was refused with {code}.");
    }
}

using CsCheck;
using Marketplace.Catalogue;
using Marketplace.Enterprises;
using Marketplace.Journal;
using Marketplace.Sellers;
using Xunit;

namespace Marketplace.Domain.Tests.Enterprises;

/// <summary>Laws over any sequence of commands of three shops, two reviewers and the clock.</summary>
public sealed class EnterpriseProperties
{
    private static readonly Gen<SellerId> Seller = Gen.Int[1, 3].Select(i => SellerId.Parse($"shop-{i}", null));
    private static readonly Gen<PluginId> Plugin = Gen.Int[1, 2].Select(i => PluginId.Parse($"plugin-{i}", null));
    private static readonly Gen<AccountId> Account = Gen.Int[1, 8].Select(i => AccountId.Parse($"account-{i}", null));
    private static readonly Gen<DocumentKind> Kind = Gen.Int[0, 2].Select(i => (DocumentKind)i);
    private static readonly Gen<string> Application = Gen.Int[1, 3].Select(i => $"{i}");

    // Weighted so that sequences get somewhere: three documents, a claim and an approval are needed before anything can be bound.
    private static readonly Gen<EnterpriseCommand> Command = Gen.Frequency(
        (3, Seller.Select(EnterpriseCommand (seller) => new EnterpriseCommand.AddShop(seller))),
        (1, Seller.Select(EnterpriseCommand (seller) => new EnterpriseCommand.RemoveShop(seller))),
        (
            8,
            Gen.Select(Seller, Kind, Gen.Int[0, 99], EnterpriseCommand (seller, kind, file) =>
                new EnterpriseCommand.AddDocument(seller, kind, EnterpriseKit.File($"{file}"))
            )
        ),
        (5, Seller.Select(EnterpriseCommand (seller) => new EnterpriseCommand.Submit(seller))),
        (5, Gen.Const<EnterpriseCommand>(new EnterpriseCommand.Claim())),
        (1, Gen.Const<EnterpriseCommand>(new EnterpriseCommand.Release())),
        (1, Gen.Const<EnterpriseCommand>(new EnterpriseCommand.Ask("which seal?"))),
        (
            5,
            Gen.Int[0, 9]
                .Select(
                    EnterpriseCommand (days) => new EnterpriseCommand.Approve(days > 3 ? null : new DateOnly(2026, 12, 1).AddDays(days))
                )
        ),
        (1, Gen.Const<EnterpriseCommand>(new EnterpriseCommand.Reject("blurred"))),
        (1, Gen.Const<EnterpriseCommand>(new EnterpriseCommand.Revoke("forged"))),
        (3, Seller.Select(EnterpriseCommand (seller) => new EnterpriseCommand.ApproveShop(seller))),
        (1, Seller.Select(EnterpriseCommand (seller) => new EnterpriseCommand.RejectShop(seller, "unknown"))),
        (2, Kind.Select(EnterpriseCommand (kind) => new EnterpriseCommand.ViewDocument(null, kind))),
        (
            30,
            Gen.Select(
                Gen.Frequency((5, Gen.Const(EnterpriseKit.First)), (1, Seller)),
                Plugin,
                Account,
                EnterpriseCommand (seller, plugin, account) => new EnterpriseCommand.BindAccount(seller, plugin, account)
            )
        ),
        (
            3,
            Gen.Select(Seller, Plugin, Account, EnterpriseCommand (seller, plugin, account) =>
                new EnterpriseCommand.UnbindAccount(seller, plugin, account)
            )
        ),
        (
            2,
            Gen.Select(Seller, Plugin, Gen.Int[5, 9], EnterpriseCommand (seller, plugin, wanted) =>
                new EnterpriseCommand.Apply(seller, plugin, wanted, "more")
            )
        ),
        (
            2,
            Gen.Select(Application, Gen.Int[5, 9], Gen.Int[0, 5], EnterpriseCommand (id, cap, days) =>
                new EnterpriseCommand.ApproveApplication(id, cap, new DateOnly(2026, 11, 25).AddDays(days))
            )
        ),
        (1, Application.Select(EnterpriseCommand (id) => new EnterpriseCommand.RejectApplication(id, "no"))),
        (2, Gen.Const<EnterpriseCommand>(new EnterpriseCommand.KeepTime()))
    );

    private static readonly Gen<(bool Approved, (EnterpriseCommand Command, string Actor, int Minutes)[] Steps)> Runs = Gen.Select(
        Gen.Bool,
        Gen.Select(
            Command,
            Gen.Int[1, 8].Select(i => i == 1 ? "reviewer-2" : "reviewer-1"),
            Gen.Frequency((9, Gen.Int[0, 60]), (1, Gen.Int[0, 3_000]))
        ).Array[0, 120]
    );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Documents_caps_claims_and_replay_hold_for_any_sequence(bool total) =>
        Runs.Sample(
            run =>
            {
                var kit = new EnterpriseKit { Policy = EnterprisePolicy.Standard with { Total = total } };
                kit = run.Approved ? kit.Approve(EnterpriseKit.First) : kit;
                foreach (var (command, actor, minutes) in run.Steps)
                {
                    kit.Now = kit.Now.AddMinutes(minutes);
                    var before = kit.State;
                    var (events, _) = kit.Try(command, actor);
                    Judge(kit, before, events, actor);
                    kit.Try(new EnterpriseCommand.KeepTime());
                    Assert.Empty(kit.Try(new EnterpriseCommand.KeepTime()).Events);
                    Assert.True(kit.State is null || EnterpriseRules.NextDue(kit.State) is not { } due || due > kit.Now);
                    Assert.Equal(kit.Facts, kit.State?.Version ?? 0);
                }

                Assert.Equal(EnterpriseKit.Flat(kit.State), EnterpriseKit.Flat(kit.Replay()));
            },
            iter: 2_000
        );

    private static void Judge(EnterpriseKit kit, Enterprise? before, IReadOnlyList<EnterpriseEvent> events, string actor)
    {
        foreach (var @event in events)
        {
            switch (@event)
            {
                case EnterpriseEvent.Approved approved:
                    Assert.Equal(3, before!.Shops[SellerId.Parse(approved.Seller, null)].Documents.Count);
                    Assert.Equal(ActorId.Parse(actor), before.Review!.ClaimerAt(kit.Now));
                    break;
                case EnterpriseEvent.Rejected or EnterpriseEvent.InfoRequested:
                    Assert.True(
                        before!.Review!.ClaimerAt(kit.Now) == ActorId.Parse(actor)
                            || (@event is EnterpriseEvent.Rejected && before.Review.State == ReviewState.NeedsInfo)
                    );
                    break;
                case EnterpriseEvent.AccountBound bound:
                    var plugin = PluginId.Parse(bound.Plugin, null);
                    var count = kit.State!.BoundFor(plugin, kit.Policy);
                    // Counted together, an account that is in the count may take a further plugin even where a raised cap ended below it.
                    Assert.True(
                        count <= kit.State.CapAt(plugin, kit.Policy, kit.Now)
                            || (kit.Policy.Total && count == before!.BoundFor(plugin, kit.Policy))
                    );
                    Assert.True(kit.State.IsApprovedAt(SellerId.Parse(bound.Seller, null), kit.Now));
                    break;
            }
        }

        // However it came about: a shop is approved only in an enterprise whose documents somebody approved.
        if (kit.State is { } state && state.Shops.Keys.Any(seller => state.IsApprovedAt(seller, kit.Now)))
        {
            Assert.Contains(state.Closed, review => review is { Kind: ReviewKind.Documents, Approved: true });
        }
    }
}

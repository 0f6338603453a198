using Marketplace.Enterprises;
using Marketplace.Journal;
using Marketplace.Journal.Views;
using Xunit;
using static Marketplace.Domain.Tests.Enterprises.EnterpriseKit;

namespace Marketplace.Domain.Tests.Enterprises;

public sealed class EnterpriseTrailTests
{
    private static readonly string Entity = $"enterprise/{EnterpriseKit.Licence}";

    private readonly EnterpriseKit _kit = new();
    private readonly IEntityView _view = EntityViews.Of(Entity);
    private JournalFact? _last;

    [Fact]
    public void A_shop_sees_what_is_decided_of_the_enterprise_and_nothing_of_what_the_others_do()
    {
        Do(new EnterpriseCommand.AddShop(First));
        foreach (var kind in Document.Required)
        {
            Do(new EnterpriseCommand.AddDocument(First, kind, File(kind.Text())));
        }

        Do(new EnterpriseCommand.Submit(First));
        Do(new EnterpriseCommand.Claim());
        Do(new EnterpriseCommand.Approve(new DateOnly(2030, 1, 31)));
        Assert.True(_view.Concerns(First));
        Assert.Contains("2030-", Text(First), StringComparison.Ordinal);

        Do(new EnterpriseCommand.AddShop(Second));
        Assert.True(!_view.Concerns(First) && _view.Concerns(Second));
        Do(new EnterpriseCommand.BindAccount(First, Plugin, AccountId.Parse("account-1", null)));
        Assert.True(_view.Concerns(First) && !_view.Concerns(Second));
        Assert.DoesNotContain(First.Value, Text(Second), StringComparison.Ordinal);
        Assert.DoesNotContain("account-1", Text(Second), StringComparison.Ordinal);
        Assert.DoesNotContain("2030-", Text(Second), StringComparison.Ordinal);

        Do(new EnterpriseCommand.Submit(Second));
        Do(new EnterpriseCommand.ApproveShop(Second));
        Assert.Contains("2030-", Text(Second), StringComparison.Ordinal);
        Do(new EnterpriseCommand.BindAccount(First, Plugin, AccountId.Parse("account-2", null)));
        Assert.True(_view.Concerns(First) && !_view.Concerns(Second));
        Do(new EnterpriseCommand.Revoke("forged"));
        Assert.True(_view.Concerns(First) && _view.Concerns(Second));
    }

    [Fact]
    public void Each_view_of_a_document_concerns_the_shop_whose_it_is()
    {
        _kit.HandIn(First).Do(new EnterpriseCommand.Claim());
        var view = EntityViews.Of(Entity);
        JournalFact? last = null;
        foreach (var (type, payload, at) in _kit.All)
        {
            view.Apply(last = JournalFact.Following(last, Entity, OperationId.Parse("o"), ActorId.Parse("a"), at, type, payload));
        }

        var viewed = Assert.Single(_kit.Try(new EnterpriseCommand.ViewDocument(null, DocumentKind.Licence)).Events);
        view.Apply(JournalFact.Following(last, Entity, OperationId.Parse("o"), ActorId.Parse("a"), _kit.Now, viewed.Type, viewed.Encode()));

        Assert.True(view.Concerns(First));
        Assert.False(view.Concerns(Second));
    }

    private void Do(EnterpriseCommand command)
    {
        foreach (var @event in _kit.Try(command).Events)
        {
            _view.Apply(
                _last = JournalFact.Following(
                    _last,
                    Entity,
                    OperationId.Parse("o"),
                    ActorId.Parse("a"),
                    _kit.Now,
                    @event.Type,
                    @event.Encode()
                )
            );
        }
    }

    private string Text(Sellers.SellerId seller) => System.Text.Encoding.UTF8.GetString(_view.Show(seller).Span);
}

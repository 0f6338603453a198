using System.Globalization;
using Marketplace.Sellers;
using Decision = Marketplace.Outcome<System.Collections.Immutable.ImmutableArray<Marketplace.Enterprises.EnterpriseEvent>>;

namespace Marketplace.Enterprises;

/// <summary>The rules of sub-accounts and of applications for more (R45, R46).</summary>
internal static class SubAccountRules
{
    /// <summary>Highest cap to apply for.</summary>
    private const int MaxCap = 1_000;

    /// <summary>Maximum term of an approval, in years.</summary>
    private const int MaxYears = 3;

    public static Decision Decide(Enterprise state, EnterpriseCommand command, Ruling ruling) =>
        command switch
        {
            EnterpriseCommand.BindAccount bind => Bind(state, bind, ruling),
            EnterpriseCommand.UnbindAccount unbind => Unbind(state, unbind, ruling),
            EnterpriseCommand.Apply apply => Apply(state, apply, ruling),
            EnterpriseCommand.ApproveApplication approve => Approve(state, approve, ruling),
            EnterpriseCommand.RejectApplication reject => Open(state, reject.Id, ruling, form =>
                EnterpriseRules.One(new EnterpriseEvent.ApplicationRejected(form.Id, ruling.Actor.Value, reject.Reason))
            ),
            _ => throw new InvalidOperationException($"No rule for {command.GetType().Name}."),
        };

    private static Decision Bind(Enterprise state, EnterpriseCommand.BindAccount command, Ruling ruling)
    {
        if (NotApproved(state, command.Seller, ruling.Now) is { } refusal)
        {
            return refusal;
        }

        var (plugin, policy) = (command.Plugin, ruling.Policy);
        if (state.Accounts.Any(bound => (bound.Plugin, bound.Seller, bound.Account) == (plugin, command.Seller, command.Account)))
        {
            return EnterpriseRules.Nothing;
        }

        // With the policy "total" an account already counted may use another plugin.
        var (cap, used) = (state.CapAt(plugin, policy, ruling.Now), state.BoundFor(plugin, policy));
        var counted = policy.Total && state.Accounts.Any(bound => (bound.Seller, bound.Account) == (command.Seller, command.Account));
        return used >= cap && !counted
            ? EnterpriseRefusals.Limit(plugin, cap, used, policy.Total)
            : EnterpriseRules.One(new EnterpriseEvent.AccountBound(command.Seller.Value, plugin.Value, command.Account.Value));
    }

    private static Decision Unbind(Enterprise state, EnterpriseCommand.UnbindAccount command, Ruling ruling)
    {
        var isBound = state.Accounts.Any(bound =>
            (bound.Plugin, bound.Seller, bound.Account) == (command.Plugin, command.Seller, command.Account)
        );
        if (!isBound && NotApproved(state, command.Seller, ruling.Now) is { } refusal)
        {
            return refusal;
        }

        return isBound
            ? EnterpriseRules.One(new EnterpriseEvent.AccountUnbound(command.Seller.Value, command.Plugin.Value, command.Account.Value))
            : EnterpriseRules.Nothing;
    }

    private static Decision Apply(Enterprise state, EnterpriseCommand.Apply command, Ruling ruling)
    {
        if (NotApproved(state, command.Seller, ruling.Now) is { } refusal)
        {
            return refusal;
        }

        var cap = state.CapAt(command.Plugin, ruling.Policy, ruling.Now);
        if (command.Wanted <= cap || command.Wanted > MaxCap)
        {
            return EnterpriseRefusals.Invalid("wanted", Bounds(cap + 1, MaxCap));
        }

        var open = state.Applications.FirstOrDefault(form => form.State == ApplicationState.Submitted && form.Plugin == command.Plugin);
        return open is not null
            ? EnterpriseRefusals.Open(open.Id)
            : EnterpriseRules.One(
                new EnterpriseEvent.ApplicationSubmitted(
                    (state.Applications.Length + 1).ToString(CultureInfo.InvariantCulture),
                    SubAccountApplication.Template,
                    command.Seller.Value,
                    command.Plugin.Value,
                    command.Wanted,
                    command.Reason
                )
            );
    }

    private static Decision Approve(Enterprise state, EnterpriseCommand.ApproveApplication command, Ruling ruling) =>
        Open(state, command.Id, ruling, form =>
        {
            if (command.Cap <= ruling.Policy.Cap || command.Cap > MaxCap)
            {
                return EnterpriseRefusals.Invalid("cap", Bounds(ruling.Policy.Cap + 1, MaxCap));
            }

            var today = ruling.WorkingDays.DayOf(ruling.Now);
            return command.Until < today || command.Until > today.AddYears(MaxYears)
                ? EnterpriseRefusals.Invalid(
                    "until",
                    string.Create(CultureInfo.InvariantCulture, $"a day from {today:yyyy-MM-dd} on, at most {MaxYears} years ahead")
                )
                : EnterpriseRules.One(
                    new EnterpriseEvent.ApplicationApproved(
                        form.Id,
                        ruling.Actor.Value,
                        command.Cap,
                        command.Until,
                        ruling.WorkingDays.EndOf(command.Until)
                    )
                );
        });

    private static Decision Open(Enterprise state, string id, Ruling ruling, Func<SubAccountApplication, Decision> decide) =>
        state.Applications.FirstOrDefault(form => form.Id == id) switch
        {
            null => EnterpriseRefusals.NoApplication(),
            { State: ApplicationState.Submitted } form => decide(form),
            var form => EnterpriseRefusals.Decided(form.StateAt(ruling.Now)),
        };

    private static Refusal? NotApproved(Enterprise state, SellerId seller, DateTimeOffset now) =>
        state.IsApprovedAt(seller, now) ? null : EnterpriseRefusals.NotApproved(state.StateOf(seller, now));

    private static string Bounds(int low, int high) => string.Create(CultureInfo.InvariantCulture, $"{low} to {high}");
}

using Marketplace;
using Marketplace.Gate;

var today = MarketCalendar.Shanghai.DayOf(TimeProvider.System.GetUtcNow());
return await new GateCommand(Console.Out, Console.Error, today).Run(args, CancellationToken.None);

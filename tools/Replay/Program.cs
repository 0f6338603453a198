using Marketplace.Replay;
using Spectre.Console;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
return await ReplayCommand.Run(args, AnsiConsole.Console, TimeProvider.System, stop.Token);

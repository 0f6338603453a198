using System.Globalization;
using Spectre.Console;

namespace Marketplace.Replay.Reporting;

/// <summary>Shows how far each stage of a run is: a bar on a terminal, a line for each fifth in a log.</summary>
internal sealed class Stages(IAnsiConsole console)
{
    /// <remarks><c>work</c>: is given what to call with each amount done; from any thread.</remarks>
    public Task Run(string title, long total, Func<Action<long>, Task> work) =>
        console.Profile.Capabilities.Interactive ? Bar(title, total, work) : Lines(title, total, work);

    private Task Bar(string title, long total, Func<Action<long>, Task> work) =>
        console
            .Progress()
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn(),
                new SpinnerColumn()
            )
            .StartAsync(async context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: Math.Max(1, total));
                await work(done => task.Increment(done));
                task.Value = task.MaxValue;
            });

    private async Task Lines(string title, long total, Func<Action<long>, Task> work)
    {
        long reached = 0;
        long told = 0;
        await work(done =>
        {
            var fifth = Interlocked.Add(ref reached, done) * 5 / Math.Max(1, total);
            if (fifth > Interlocked.Exchange(ref told, Math.Max(fifth, Volatile.Read(ref told))))
            {
                Line($"{title}: {Math.Min(fifth, 5) * 20} %");
            }
        });
    }

    private void Line(FormattableString text) => console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

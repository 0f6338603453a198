using System.Globalization;
using Spectre.Console;

namespace Marketplace.Replay.Reporting;

/// <summary>Shows the progress of each stage: a bar on a terminal, a line per fifth in a log.</summary>
internal sealed class Stages(IAnsiConsole console)
{
    /// <remarks><c>work</c>: receives the progress callback; it may be called from any thread.</remarks>
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
        long reported = 0;
        await work(done =>
        {
            var fifth = Interlocked.Add(ref reached, done) * 5 / Math.Max(1, total);
            if (fifth > Interlocked.Exchange(ref reported, Math.Max(fifth, Volatile.Read(ref reported))))
            {
                Line($"{title}: {Math.Min(fifth, 5) * 20} %");
            }
        });
    }

    private void Line(FormattableString text) => console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}

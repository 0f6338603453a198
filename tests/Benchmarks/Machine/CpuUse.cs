using System.Globalization;

namespace Marketplace.Benchmarks.Machine;

/// <summary>
/// A snapshot of the processor time of every process, for telling the load of a measurement from everybody else's. Ended
/// children are counted with the parent that awaited them, so short-lived processes are not lost. Kernel threads are left out:
/// what they do here (writing back, loopback packets) is done for the measurement.
/// </summary>
internal sealed class CpuUse
{
    private const double TicksPerSecond = 100;
    private const int KernelThreads = 2;
    private readonly Dictionary<int, (int Parent, double Seconds)> _processes = [];
    private readonly double _stolenSeconds;

    private CpuUse(double stolenSeconds) => _stolenSeconds = stolenSeconds;

    public static CpuUse Now()
    {
        var use = new CpuUse(ReadStolen());
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder.AsSpan()), CultureInfo.InvariantCulture, out var id))
            {
                use.Add(id, folder);
            }
        }

        return use;
    }

    /// <summary>
    /// Processor seconds spent since <paramref name="before"/> by processes that are neither this one nor below one of
    /// <paramref name="roots"/>, with what the hypervisor gave to others.
    /// </summary>
    public double ForeignSince(CpuUse before, IReadOnlySet<int> roots)
    {
        var foreign = Foreign(roots) - before.Foreign(roots);
        return Math.Max(0, foreign) + Math.Max(0, _stolenSeconds - before._stolenSeconds);
    }

    private static double ReadStolen()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return double.Parse(fields[8], CultureInfo.InvariantCulture) / TicksPerSecond;
    }

    private void Add(int id, string folder)
    {
        string line;
        try
        {
            line = File.ReadAllText(Path.Combine(folder, "stat"));
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return;
        }

        // The name in parentheses may hold spaces; the fields after it are plain: state, parent, … utime is the 12th.
        var fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = fields.AsSpan(11, 4);
        var sum = 0.0;
        foreach (var tick in ticks)
        {
            sum += double.Parse(tick, CultureInfo.InvariantCulture);
        }

        _processes[id] = (int.Parse(fields[1], CultureInfo.InvariantCulture), sum / TicksPerSecond);
    }

    private double Foreign(IReadOnlySet<int> roots)
    {
        var sum = 0.0;
        foreach (var (id, (parent, seconds)) in _processes)
        {
            if (id != Environment.ProcessId && id != KernelThreads && parent != KernelThreads && !IsBelow(id, roots))
            {
                sum += seconds;
            }
        }

        return sum;
    }

    private bool IsBelow(int id, IReadOnlySet<int> roots)
    {
        while (_processes.TryGetValue(id, out var process))
        {
            if (roots.Contains(id))
            {
                return true;
            }

            id = process.Parent;
        }

        return false;
    }
}

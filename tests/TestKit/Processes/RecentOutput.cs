using System.Diagnostics;

namespace Marketplace.TestKit.Processes;

/// <summary>The last lines a process wrote, for messages of failures.</summary>
internal sealed class RecentOutput
{
    private const int Capacity = 400;
    private readonly Queue<string> _lines = new(Capacity);

    /// <summary>Called with each line.</summary>
    public Action<string>? OnLine { get; init; }

    public void Read(Process process)
    {
        process.OutputDataReceived += (_, line) => Add(line.Data);
        process.ErrorDataReceived += (_, line) => Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            if (_lines.Count == Capacity)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
        }

        OnLine?.Invoke(line);
    }

    public override string ToString()
    {
        lock (_lines)
        {
            return string.Join('\n', _lines);
        }
    }
}

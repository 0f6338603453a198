using System.Buffers;
using System.Text.Json;

namespace Marketplace.Schemas.Payloads;

/// <summary>
/// Removes members from a JSON text and keeps every other byte, so that two paths to the same version give the same bytes. Paths pass
/// through arrays: <c>items[].line</c> is that member of every item.
/// </summary>
internal sealed class PayloadCut
{
    private readonly CutNode _root = new([]);

    /// <param name="paths">Members to remove; members within a removed one need no path of their own.</param>
    public PayloadCut(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var node = _root;
            foreach (
                var name in path.Replace("[]", string.Empty, StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries)
            )
            {
                node = node.Child(System.Text.Encoding.UTF8.GetBytes(name));
            }

            node.Goes = true;
        }
    }

    /// <exception cref="JsonException">It is not JSON.</exception>
    public ReadOnlyMemory<byte> Apply(ReadOnlyMemory<byte> json)
    {
        var writing = new Copy(json.Span, new ArrayBufferWriter<byte>(Math.Max(1, json.Length)));
        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        Value(ref reader, _root, ref writing);
        return writing.IsWhole ? json : writing.End();
    }

    private static void Value(ref Utf8JsonReader reader, CutNode node, ref Copy copy)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            Members(ref reader, node, ref copy);
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                Value(ref reader, node, ref copy);
            }
        }
    }

    private static void Members(ref Utf8JsonReader reader, CutNode node, ref Copy copy)
    {
        var start = (int)reader.BytesConsumed;
        var (end, kept, leading) = (start, false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = (int)reader.TokenStartIndex;
            var child = node.Find(ref reader);
            reader.Read();
            if (child is { Goes: true })
            {
                reader.Skip();
                leading |= !kept;
                if (kept)
                {
                    // Remove the comma before it.
                    copy.Leave(end, (int)reader.BytesConsumed);
                }
            }
            else
            {
                if (leading)
                {
                    // Members before the first remaining one are removed with the comma after them.
                    copy.Leave(start, name);
                    leading = false;
                }

                kept = true;
                Inside(ref reader, child, ref copy);
            }

            end = (int)reader.BytesConsumed;
        }

        if (leading)
        {
            copy.Leave(start, end);
        }
    }

    private static void Inside(ref Utf8JsonReader reader, CutNode? child, ref Copy copy)
    {
        if (child is null)
        {
            reader.Skip();
        }
        else
        {
            Value(ref reader, child, ref copy);
        }
    }

    private sealed class CutNode(byte[] name)
    {
        private readonly List<CutNode> _children = [];

        public bool Goes { get; set; }

        public CutNode Child(byte[] of)
        {
            var child = _children.Find(known => known.Is(of));
            if (child is null)
            {
                _children.Add(child = new CutNode(of));
            }

            return child;
        }

        public CutNode? Find(ref Utf8JsonReader reader)
        {
            foreach (var child in _children)
            {
                if (reader.ValueTextEquals(child.Name))
                {
                    return child;
                }
            }

            return null;
        }

        private ReadOnlySpan<byte> Name => name;

        private bool Is(ReadOnlySpan<byte> other) => Name.SequenceEqual(other);
    }

    /// <summary>The output so far; ranges are skipped in ascending order.</summary>
    private ref struct Copy(ReadOnlySpan<byte> source, ArrayBufferWriter<byte> target)
    {
        private readonly ReadOnlySpan<byte> _source = source;
        private int _copied;

        public readonly bool IsWhole => _copied == 0;

        public void Leave(int from, int to)
        {
            target.Write(_source[_copied..from]);
            _copied = to;
        }

        public readonly ReadOnlyMemory<byte> End()
        {
            target.Write(_source[_copied..]);
            return target.WrittenMemory;
        }
    }
}

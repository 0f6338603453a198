using System.Buffers;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace Marketplace;

/// <summary>
/// A text value in Orleans' format: the bytes of a string. A member that becomes a text value keeps its form, on the wire between two
/// versions and in stored values.
/// </summary>
/// <remarks>
/// Not for nullable members: a text written twice is a reference the second time, which the codec of nullables takes for null and refuses.
/// </remarks>
internal abstract class TextValueCodec<T> : IFieldCodec<T>
    where T : struct, ITextValue<T>
{
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, T value)
        where TBufferWriter : IBufferWriter<byte> => StringCodec.WriteField(ref writer, fieldIdDelta, TextOf(value));

    public T ReadValue<TInput>(ref Reader<TInput> reader, Field field) => T.FromStored(StringCodec.ReadValue(ref reader, field));

    /// <summary>The string that is written. Where the default stands for none in members that were nullable strings, null for it.</summary>
    protected virtual string? TextOf(T value) => value.Value;
}

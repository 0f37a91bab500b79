using System.Buffers;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Aggregates;

/// <summary>string_agg: each value after the first is preceded by the delimiter of its own row.</summary>
[PgAggregate("string_agg(text,text)")]
[PgAggregate("string_agg(bytea,bytea)")]
internal sealed class StringAgg
{
    private ArrayBufferWriter<byte>? _text;

    public void Step(PgDatum value, PgDatum delimiter)
    {
        if (value.IsNull)
        {
            return;
        }

        if (_text is null)
        {
            _text = new ArrayBufferWriter<byte>();
        }
        else if (!delimiter.IsNull)
        {
            _text.Write(delimiter.Bytes);
        }

        _text.Write(value.Bytes);
    }

    public byte[]? Final() => _text?.WrittenSpan.ToArray();
}

using System.Buffers;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Types;

namespace PgMicro.Core.Catalog.Codecs;

/// <summary>A base type that users have made over the input and output functions of built-in types: its values are kept as theirs are.</summary>
public sealed class BaseTypeCodec : PgTypeCodec
{
    private readonly PgType _type;
    private readonly PgTypeCodec _input;
    private readonly PgTypeCodec _output;

    private BaseTypeCodec(PgType type, string name, PgTypeCodec input, PgTypeCodec output) => (_type, Name, _input, _output) = (type, name, input, output);

    /// <inheritdoc/>
    public override uint Oid => _type.oid;

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override uint FormOid => _input.FormOid;

    /// <inheritdoc/>
    public override SqliteColumnType ColumnType => _input.ColumnType;

    /// <inheritdoc/>
    public override string? Collation => _input.Collation;

    /// <inheritdoc/>
    public override uint ArrayOid => _type.typarray;

    /// <inheritdoc/>
    public override char Delimiter => _type.typdelim;

    /// <summary>The codec of a base type; null when its functions are not those of built-in types that are kept in one form.</summary>
    internal static BaseTypeCodec? Make(CatalogSnapshot catalog, PgType type) =>
        Source(catalog, type.typinput, isInput: true) is { } input && Source(catalog, type.typoutput, isInput: false) is { } output && StorageForms.AreSame(input, output)
            ? new BaseTypeCodec(type, CatalogNames.FormatType(catalog, type.oid, null), input, output)
            : null;

    /// <inheritdoc/>
    public override int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => _input.Compare(a, b);

    /// <inheritdoc/>
    public override int CompareValues(in PgDatum a, in PgDatum b) => _input.CompareValues(a, b);

    /// <inheritdoc/>
    public override PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context) => _input.Input(text, -1, context);

    /// <inheritdoc/>
    public override void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => _output.Output(value, context, writer);

    /// <inheritdoc/>
    public override PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context) => _input.Receive(binary, -1, context);

    /// <inheritdoc/>
    public override void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer) => _input.Send(value, context, writer);

    /// <inheritdoc/>
    public override void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) => _input.WriteCanonical(value, writer);

    /// <inheritdoc/>
    public override PgDatum ReadCanonical(ReadOnlySpan<byte> text) => _input.ReadCanonical(text);

    // The built-in type that a function of LANGUAGE internal reads or writes.
    private static PgTypeCodec? Source(CatalogSnapshot catalog, uint function, bool isInput)
    {
        if (catalog.Proc(function) is not { prolang: BuiltInOids.InternalLanguage } proc)
        {
            return null;
        }

        foreach (var type in CatalogSnapshot.Initial.Rows(PgType.Relation))
        {
            if (type is { typtype: 'b', typsubscript: not BuiltInFunctions.ArraySubscriptHandler }
                && CatalogSnapshot.Initial.Proc(isInput ? type.typinput : type.typoutput) is { prolang: BuiltInOids.InternalLanguage } own && own.prosrc == proc.prosrc)
            {
                return BuiltInCodecs.Find(type.oid);
            }
        }

        return null;
    }
}

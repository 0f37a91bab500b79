using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.PlPgSql.Variables;

/// <summary>The fields of a record: those of a composite type, or of an anonymous record's shape. Dropped attributes are none of them.</summary>
internal sealed class PlRowType
{
    private readonly int[] _numbers;
    private readonly int _width;

    private PlRowType(uint type, RecordShape shape, int[] numbers, int width)
    {
        Type = type;
        Shape = shape;
        _numbers = numbers;
        _width = width;
    }

    /// <summary>pg_type.oid of the composite type, or record.</summary>
    internal uint Type { get; }

    /// <summary>Names, types and modifiers of the fields.</summary>
    internal RecordShape Shape { get; }

    internal int Count => Shape.Types.Count;

    internal static PlRowType Anonymous(RecordShape shape) => new(TypeOid.Record, shape, [], shape.Types.Count);

    internal static PlRowType OfColumns(IReadOnlyList<ColumnDescription> columns) => Anonymous(RecordShape.Get(
        columns.Select(static c => c.ValueType), columns.Select(static c => c.Typmod), columns.Select(static c => c.Name)));

    /// <summary>The fields of a composite type, or of a domain over one.</summary>
    internal static PlRowType OfType(CatalogSnapshot catalog, uint type)
    {
        var row = catalog.Type(TypeFacts.GetBaseType(catalog, type))!;
        var attributes = catalog.Attributes(row.typrelid);
        var live = attributes.Where(static a => a is { attnum: > 0, attisdropped: false }).ToArray();
        return new(
            row.oid,
            RecordShape.Get(live.Select(static a => a.atttypid), live.Select(static a => a.atttypmod), live.Select(static a => a.attname)),
            [.. live.Select(static a => a.attnum - 1)],
            catalog.AllAttributes(row.typrelid).Count(static a => a.attnum > 0));
    }

    internal bool SameAs(PlRowType other) => ReferenceEquals(this, other) || (Type == other.Type && ReferenceEquals(Shape, other.Shape) && _numbers.AsSpan().SequenceEqual(other._numbers));

    internal int IndexOf(string field)
    {
        for (var i = 0; i < Shape.Names.Count; i++)
        {
            if (Shape.Names[i] == field)
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>The storage form of a row.</summary>
    internal PgDatum ToDatum(ITypeResolver types, PgDatum[] values) => types.GetCodec(Type) switch
    {
        AnonymousRecordCodec anonymous => anonymous.ToStorage(Shape, values),
        RecordCodec composite => composite.ToStorage(ByAttributeNumber(values)),
        var other => throw new InvalidOperationException($"Type {other.Name} is not a row type."),
    };

    /// <summary>The values of a storage form.</summary>
    internal PgDatum[] FromDatum(ITypeResolver types, in PgDatum value) => FromAttributeNumbers(((RecordCodec)types.GetCodec(Type)).FromStorage(value.Bytes));

    /// <summary>Values by attribute number, dropped ones as NULL.</summary>
    internal PgDatum[] ByAttributeNumber(PgDatum[] values)
    {
        if (_numbers.Length == 0 || (_width == values.Length))
        {
            return values;
        }

        var all = new PgDatum[_width];
        for (var i = 0; i < values.Length; i++)
        {
            all[_numbers[i]] = values[i];
        }

        return all;
    }

    /// <summary>The fields among values by attribute number.</summary>
    internal PgDatum[] FromAttributeNumbers(PgDatum[] all)
    {
        var values = new PgDatum[Count];
        for (var i = 0; i < values.Length; i++)
        {
            var number = _numbers.Length == 0 ? i : _numbers[i];
            values[i] = number < all.Length ? all[number] : PgDatum.Null;
        }

        return values;
    }
}

/// <summary>The value of a record variable, which alone has it.</summary>
/// <param name="type">Its fields.</param>
/// <param name="values">Their values.</param>
internal sealed class PlRow(PlRowType type, PgDatum[] values)
{
    internal PlRowType Type => type;

    internal PgDatum[] Values => values;

    /// <summary>Whether it is NULL as a whole, though it is known which fields it would have.</summary>
    internal bool IsNull { get; set; }

    /// <summary>A NULL of which the fields are known.</summary>
    internal static PlRow Empty(PlRowType type) => new(type, new PgDatum[type.Count]) { IsNull = true };

    internal PlRow Copy() => new(type, (PgDatum[])values.Clone()) { IsNull = IsNull };
}

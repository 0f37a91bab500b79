using PgMicro.Core.Types;

namespace PgMicro.Data.Converters;

/// <summary>Converts between a CLR type and the storage form of a PostgreSQL type.</summary>
internal abstract class Converter
{
    internal abstract Type ClrType { get; }

    internal abstract object ReadObject(in StoredValue value, TypeContext context);

    internal abstract PgDatum WriteObject(object value, TypeContext context);
}

/// <summary>Converts between <typeparamref name="T"/> and the storage form of a PostgreSQL type.</summary>
internal abstract class Converter<T> : Converter
{
    internal override Type ClrType => typeof(T);

    internal abstract T Read(in StoredValue value, TypeContext context);

    internal abstract PgDatum Write(T value, TypeContext context);

    internal sealed override object ReadObject(in StoredValue value, TypeContext context) => Read(value, context)!;

    internal sealed override PgDatum WriteObject(object value, TypeContext context) => Write((T)value, context);
}

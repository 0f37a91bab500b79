using System.Buffers;

namespace PgMicro.Core.Types;

/// <summary>Declared type that a column of a PostgreSQL type has in the SQLite file: it sets the column's affinity.</summary>
public enum SqliteColumnType
{
    /// <summary>INTEGER affinity.</summary>
    Integer,

    /// <summary>TEXT affinity.</summary>
    Text,

    /// <summary>BLOB affinity, that is none.</summary>
    Blob,

    /// <summary>No declared type, no affinity (floats, enums).</summary>
    None,
}

/// <summary>
/// What the engine knows of one PostgreSQL type: its storage form in SQLite, its ordering, its text and binary I/O.
/// One file per type; codecs of the types that users make (enums, domains, arrays of them) are made per catalog.
/// </summary>
public abstract class PgTypeCodec
{
    /// <summary>pg_type.oid.</summary>
    public abstract uint Oid { get; }

    /// <summary>The built-in type whose storage form a user's base type has; the type itself otherwise.</summary>
    public virtual uint FormOid => Oid;

    /// <summary>The type's name as error messages print it (format_type without typmod): "integer", "character varying".</summary>
    public abstract string Name { get; }

    /// <summary>The declared type of a column.</summary>
    public abstract SqliteColumnType ColumnType { get; }

    /// <summary>
    /// SQLite collation under which storage forms compare, sort and are distinct as PostgreSQL's values are; null for SQLite's own order.
    /// </summary>
    public virtual string? Collation => null;

    /// <summary>Compares two storage forms of Text kind; what the collation of that name does. Must not throw.</summary>
    public virtual int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => a.SequenceCompareTo(b);

    /// <summary>The input function: text to storage form, then the type modifier's coercion as for an implicit one.</summary>
    /// <param name="text">UTF-8 text.</param>
    /// <param name="typmod">pg_attribute.atttypmod, or -1.</param>
    /// <param name="context">Session settings that input depends on.</param>
    /// <exception cref="Errors.PgException">22P02, 22003, 22007, 22008 … with PostgreSQL's text.</exception>
    public abstract PgDatum Input(ReadOnlySpan<byte> text, int typmod, TypeContext context);

    /// <summary>The output function: storage form (not NULL) to text.</summary>
    public abstract void Output(in PgDatum value, TypeContext context, IBufferWriter<byte> writer);

    /// <summary>The receive function: binary protocol form to storage form.</summary>
    public abstract PgDatum Receive(ReadOnlySpan<byte> binary, int typmod, TypeContext context);

    /// <summary>The send function: storage form (not NULL) to binary protocol form.</summary>
    public abstract void Send(in PgDatum value, TypeContext context, IBufferWriter<byte> writer);

    /// <summary>The typmodin function.</summary>
    /// <param name="arguments">The modifiers as written.</param>
    /// <exception cref="Errors.PgException">22023 for invalid modifiers; 42601 when the type takes none.</exception>
    public virtual int TypmodIn(IReadOnlyList<string> arguments) =>
        throw new Errors.PgException(Errors.SqlState.SyntaxError, $"type modifier is not allowed for type \"{Name}\"");

    /// <summary>The typmodout function: "(10,2)", or the empty string.</summary>
    public virtual string TypmodOut(int typmod) => "";

    /// <summary>The length-coercion cast of pg_cast from the type to itself: varchar(n), numeric(p,s), timestamp(p) …</summary>
    public virtual PgDatum ApplyTypmod(in PgDatum value, int typmod, bool isExplicit, TypeContext context) => value;

    /// <summary>pg_type.typarray, or 0 when there is none or the catalog knows it.</summary>
    public virtual uint ArrayOid => BuiltInTypes.ArrayOf(Oid);

    /// <summary>pg_type.typdelim.</summary>
    public virtual char Delimiter => ',';

    /// <summary>Compares two storage forms (not NULL) as the type's default btree operator class does. Must not throw.</summary>
    public virtual int CompareValues(in PgDatum a, in PgDatum b)
    {
        if (a.Kind == DatumKind.Integer && b.Kind == DatumKind.Integer)
        {
            return a.Int64.CompareTo(b.Int64);
        }

        return a.Kind is DatumKind.Integer or DatumKind.Real
            ? b.Kind is DatumKind.Integer or DatumKind.Real ? a.Double.CompareTo(b.Double) : -1
            : b.Kind is DatumKind.Integer or DatumKind.Real ? 1 : Compare(a.Bytes, b.Bytes);
    }

    /// <summary>Writes a value as it stands inside the storage form of an array or composite: no session setting enters.</summary>
    public virtual void WriteCanonical(in PgDatum value, IBufferWriter<byte> writer) => Output(value, TypeContext.Canonical, writer);

    /// <summary>Reads what <see cref="WriteCanonical"/> wrote.</summary>
    public virtual PgDatum ReadCanonical(ReadOnlySpan<byte> text) => Input(text, -1, TypeContext.Canonical);

    /// <summary>The output function's text as a string.</summary>
    public string OutputString(in PgDatum value, TypeContext context)
    {
        var writer = new ArrayBufferWriter<byte>();
        Output(value, context, writer);
        return System.Text.Encoding.UTF8.GetString(writer.WrittenSpan);
    }
}

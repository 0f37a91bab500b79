namespace PgMicro.Core.Types;

/// <summary>Finds the codec of a type, built in or made by a user.</summary>
public interface ITypeResolver
{
    /// <summary>The codec of a pg_type row.</summary>
    /// <exception cref="Errors.PgException">0A000 when the engine has no implementation of the type.</exception>
    PgTypeCodec GetCodec(uint typeOid);

    /// <summary>The codec, or null when the engine has no implementation of the type.</summary>
    PgTypeCodec? FindCodec(uint typeOid);
}

/// <summary>DateStyle's output half.</summary>
public enum DateStyleFormat
{
    /// <summary>ISO 8601.</summary>
    Iso,

    /// <summary>SQL.</summary>
    Sql,

    /// <summary>Traditional POSTGRES.</summary>
    Postgres,

    /// <summary>German.</summary>
    German,
}

/// <summary>DateStyle's field order half.</summary>
public enum DateOrder
{
    /// <summary>Month, day, year.</summary>
    Mdy,

    /// <summary>Day, month, year.</summary>
    Dmy,

    /// <summary>Year, month, day.</summary>
    Ymd,
}

/// <summary>IntervalStyle.</summary>
public enum IntervalStyle
{
    /// <summary>postgres.</summary>
    Postgres,

    /// <summary>postgres_verbose.</summary>
    PostgresVerbose,

    /// <summary>sql_standard.</summary>
    SqlStandard,

    /// <summary>iso_8601.</summary>
    Iso8601,
}

/// <summary>The session settings that type input and output and functions depend on. Mutable; owned by one session.</summary>
public class TypeContext
{
    /// <summary>The settings under which storage forms are written: ISO dates, UTC, shortest floats, hexadecimal bytea. Not to be changed.</summary>
    public static TypeContext Canonical { get; } = new() { Types = BuiltInCodecs.Resolver };

    /// <summary>Names of catalog objects for the reg* types; null when no catalog is at hand (then only numbers are read and written).</summary>
    public IRegResolver? Reg { get; set; }

    /// <summary>DateStyle's output half.</summary>
    public DateStyleFormat DateStyle { get; set; } = DateStyleFormat.Iso;

    /// <summary>DateStyle's field order half.</summary>
    public DateOrder DateOrder { get; set; } = DateOrder.Mdy;

    /// <summary>IntervalStyle.</summary>
    public IntervalStyle IntervalStyle { get; set; } = IntervalStyle.Postgres;

    /// <summary>extra_float_digits: above 0 the shortest exact form, else 15+n digits.</summary>
    public int ExtraFloatDigits { get; set; } = 1;

    /// <summary>The encoding of the client's texts; null for UTF-8. Only binary forms convert here: what carries text forms converts them whole.</summary>
    public ClientEncoding? ClientEncoding { get; protected set; }

    /// <summary>Whether bytea_output is escape and not hex.</summary>
    public bool ByteaOutputEscape { get; set; }

    /// <summary>Byte offset of the literal that is being read, for notices about it; -1 when none is.</summary>
    internal int InputLocation { get; set; } = -1;

    /// <summary>Whether xmloption is document and not content.</summary>
    public bool IsXmlOptionDocument { get; set; }

    /// <summary>TimeZone.</summary>
    public PgTimeZone TimeZone { get; set; } = PgTimeZone.Utc;

    /// <summary>Start of the transaction: now(), and the meaning of 'today'. Microseconds since 1970 UTC.</summary>
    public long TransactionTimestamp
    {
        get
        {
            HasReadClock = true;
            return field;
        }

        set;
    }

    /// <summary>Whether <see cref="TransactionTimestamp"/> has been read since this was reset: a literal such as 'today' may not be kept in a plan.</summary>
    internal bool HasReadClock { get; set; }

    /// <summary>Start of the statement, microseconds since 1970 UTC.</summary>
    public long StatementTimestamp { get; set; }

    /// <summary>Applies the constraints of a domain to a value of its base type that was read.</summary>
    /// <exception cref="Errors.PgException">23514 or 23502 when the value breaks one.</exception>
    public virtual void CheckDomain(uint domain, in PgDatum value)
    {
    }

    /// <summary>Reads the pattern of a jsonpath's like_regex, which is used only later.</summary>
    /// <exception cref="Errors.PgException">2201B when it is none.</exception>
    public virtual void CheckLikeRegex(ReadOnlySpan<byte> pattern, string flags)
    {
    }

    /// <summary>Whether a label of an enum may be used: not one that the running transaction has added to a type that was there before.</summary>
    public virtual bool IsSafeEnumValue(uint type, uint label) => true;

    /// <summary>A type's name as error messages show it.</summary>
    /// <param name="type">pg_type.oid.</param>
    /// <param name="name">Its name where no search_path is known.</param>
    public virtual string ShownType(uint type, string name) => name;

    /// <summary>Codecs by type OID.</summary>
    public ITypeResolver Types { get; set; } = null!;

    /// <summary>Sends a notice to the client, when there is one.</summary>
    public virtual void Notice(Errors.PgNotice notice)
    {
    }
}

namespace PgMicro.Core.Errors;

public static partial class PgErrors
{
    /// <summary>22003 "value "…" is out of range for type …".</summary>
    public static PgException ValueOutOfRange(string value, string type) =>
        new(SqlState.NumericValueOutOfRange, $"value \"{value}\" is out of range for type {type}");

    /// <summary>22003 "value overflows numeric format".</summary>
    public static PgException NumericOverflow() => new(SqlState.NumericValueOutOfRange, "value overflows numeric format");

    /// <summary>08P01 "insufficient data left in message".</summary>
    public static PgException NoDataLeft() => new(SqlState.ProtocolViolation, "no data left in message");

    /// <summary>08P01: a binary value ends too soon.</summary>
    public static PgException InsufficientData() => new(SqlState.ProtocolViolation, "insufficient data left in message");

    /// <summary>22P03 "incorrect binary data format".</summary>
    public static PgException IncorrectBinaryFormat() => new(SqlState.InvalidBinaryRepresentation, "incorrect binary data format");

    /// <summary>22007 "invalid input syntax for type …" of the date and time types.</summary>
    public static PgException InvalidDatetime(string type, string value) =>
        new(SqlState.InvalidDatetimeFormat, $"invalid input syntax for type {type}: \"{value}\"");

    /// <summary>22008 "date/time field value out of range".</summary>
    public static PgException DatetimeFieldOutOfRange(string value) =>
        new(SqlState.DatetimeFieldOverflow, $"date/time field value out of range: \"{value}\"");

    /// <summary>22008 "timestamp out of range".</summary>
    public static PgException TimestampOutOfRange() => new(SqlState.DatetimeFieldOverflow, "timestamp out of range");

    /// <summary>22008 "timestamp out of range: "…"".</summary>
    public static PgException TimestampOutOfRange(string value) =>
        new(SqlState.DatetimeFieldOverflow, $"timestamp out of range: \"{value}\"");

    /// <summary>22008 "date out of range: "…"".</summary>
    public static PgException DateOutOfRange(string value) =>
        new(SqlState.DatetimeFieldOverflow, $"date out of range: \"{value}\"");

    /// <summary>22008 "interval out of range".</summary>
    public static PgException IntervalOutOfRange() => new(SqlState.DatetimeFieldOverflow, "interval out of range");
}

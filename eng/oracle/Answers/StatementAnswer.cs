using System.Text.Json.Serialization;

namespace PgMicro.Oracle.Answers;

/// <summary>Everything a server says about one statement.</summary>
public sealed record StatementAnswer
{
    /// <summary>The types that the server gave the parameters: an OID, or a type's name from OID 16384 on. Only with parameters.</summary>
    public IReadOnlyList<string>? ParamTypes { get; init; }

    /// <summary>The result columns; null when the statement returns no rows or failed.</summary>
    public IReadOnlyList<AnswerColumn>? Columns { get; init; }

    /// <summary>The rows in text format.</summary>
    public IReadOnlyList<IReadOnlyList<string?>>? Rows { get; init; }

    /// <summary>What COPY … TO STDOUT sent.</summary>
    public string? Copy { get; init; }

    /// <summary>The command tag, such as <c>INSERT 0 1</c>; null when the statement failed or was empty.</summary>
    public string? Tag { get; init; }

    /// <summary>Notices and warnings in the order of their arrival.</summary>
    public IReadOnlyList<AnswerNotice>? Notices { get; init; }

    /// <summary>The error that ended the statement.</summary>
    public AnswerError? Error { get; init; }
}

/// <summary>A result column. <see cref="Oid"/> is 0 and <see cref="Type"/> is set for a type that the database made itself.</summary>
public sealed record AnswerColumn(
    string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] uint Oid,
    string? Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int Typmod)
{
    /// <summary>The first OID that a database gives to its own objects.</summary>
    public const uint FirstUserOid = 16384;
}

/// <summary>A notice or warning.</summary>
public sealed record AnswerNotice(string Severity, string Sqlstate, string Message, string? Detail, string? Hint);

/// <summary>An error; <see cref="Where"/> (the context) is recorded but not compared.</summary>
public sealed record AnswerError
{
    public required string Sqlstate { get; init; }
    public required string Message { get; init; }
    public string? Detail { get; init; }
    public string? Hint { get; init; }

    /// <summary>In characters, from 1.</summary>
    public int? Position { get; init; }
    public int? InternalPosition { get; init; }
    public string? InternalQuery { get; init; }
    public string? Schema { get; init; }
    public string? Table { get; init; }
    public string? Column { get; init; }
    public string? Datatype { get; init; }
    public string? Constraint { get; init; }
    public string? Where { get; init; }
}

/// <summary>A parameter as a script or a recorded query gives it: its value as text or, where given, in binary; both null is NULL.</summary>
/// <param name="TypeOid">The type's OID; 0 when only the name is known or the server shall infer the type.</param>
/// <param name="TypeName">The type's name; null or <c>unknown</c> when the server shall infer it.</param>
public sealed record StatementParameter(uint TypeOid, string? TypeName, string? Text, byte[]? Binary);

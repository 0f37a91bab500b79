namespace PgMicro.PgQuery;

/// <summary>What a text is to be parsed as (libpg_query's parse modes, which are PostgreSQL's).</summary>
public enum PgQueryParseMode
{
    /// <summary>Any number of statements.</summary>
    Statements = 0,

    /// <summary>An expression of PL/pgSQL: what may follow SELECT.</summary>
    PlPgSqlExpression = 2,

    /// <summary>An assignment whose variable is one name.</summary>
    PlPgSqlAssignment1 = 3,

    /// <summary>An assignment whose variable is two names.</summary>
    PlPgSqlAssignment2 = 4,

    /// <summary>An assignment whose variable is three names.</summary>
    PlPgSqlAssignment3 = 5,
}

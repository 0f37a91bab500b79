using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Expressions;

/// <summary>CURRENT_DATE and its kind.</summary>
internal static class SqlValues
{
    private const uint CCollation = 950;

    public static BoundSqlValueFunction Transform(Pg.SQLValueFunction node)
    {
        var (op, type) = node.Op switch
        {
            Pg.SQLValueFunctionOp.SvfopCurrentDate => (SqlValueFunctionOp.CurrentDate, TypeOid.Date),
            Pg.SQLValueFunctionOp.SvfopCurrentTime => (SqlValueFunctionOp.CurrentTime, TypeOid.Timetz),
            Pg.SQLValueFunctionOp.SvfopCurrentTimeN => (SqlValueFunctionOp.CurrentTimeN, TypeOid.Timetz),
            Pg.SQLValueFunctionOp.SvfopCurrentTimestamp => (SqlValueFunctionOp.CurrentTimestamp, TypeOid.Timestamptz),
            Pg.SQLValueFunctionOp.SvfopCurrentTimestampN => (SqlValueFunctionOp.CurrentTimestampN, TypeOid.Timestamptz),
            Pg.SQLValueFunctionOp.SvfopLocaltime => (SqlValueFunctionOp.LocalTime, TypeOid.Time),
            Pg.SQLValueFunctionOp.SvfopLocaltimeN => (SqlValueFunctionOp.LocalTimeN, TypeOid.Time),
            Pg.SQLValueFunctionOp.SvfopLocaltimestamp => (SqlValueFunctionOp.LocalTimestamp, TypeOid.Timestamp),
            Pg.SQLValueFunctionOp.SvfopLocaltimestampN => (SqlValueFunctionOp.LocalTimestampN, TypeOid.Timestamp),
            Pg.SQLValueFunctionOp.SvfopCurrentRole => (SqlValueFunctionOp.CurrentRole, TypeOid.Name),
            Pg.SQLValueFunctionOp.SvfopCurrentUser => (SqlValueFunctionOp.CurrentUser, TypeOid.Name),
            Pg.SQLValueFunctionOp.SvfopUser => (SqlValueFunctionOp.User, TypeOid.Name),
            Pg.SQLValueFunctionOp.SvfopSessionUser => (SqlValueFunctionOp.SessionUser, TypeOid.Name),
            Pg.SQLValueFunctionOp.SvfopCurrentCatalog => (SqlValueFunctionOp.CurrentCatalog, TypeOid.Name),
            Pg.SQLValueFunctionOp.SvfopCurrentSchema => (SqlValueFunctionOp.CurrentSchema, TypeOid.Name),
            _ => throw PgErrors.FeatureNotSupported(node.Op.ToString(), node.Location),
        };
        var typmod = -1;
        if (op is SqlValueFunctionOp.CurrentTimeN or SqlValueFunctionOp.CurrentTimestampN or SqlValueFunctionOp.LocalTimeN or SqlValueFunctionOp.LocalTimestampN)
        {
            // More digits than microseconds are taken as microseconds.
            typmod = Math.Min(node.Typmod, 6);
        }

        return new BoundSqlValueFunction { Op = op, Type = type, Typmod = typmod, Collation = type == TypeOid.Name ? CCollation : 0, Location = node.Location };
    }
}

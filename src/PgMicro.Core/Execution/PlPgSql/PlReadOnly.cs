using Google.Protobuf;
using Google.Protobuf.Reflection;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.PlPgSql.Queries;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.PlPgSql;

/// <summary>Whether a body may change something, as its statements and the names of what it calls tell.</summary>
internal static class PlReadOnly
{
    internal static bool MayWrite(PgSession session, PlFunction function) =>
        function.RunsUnknown || function.Expressions.Any(e => MayWrite(session, e));

    private static bool MayWrite(PgSession session, PlExpression expression)
    {
        try
        {
            var raw = expression.Mode == PgMicro.PgQuery.PgQueryParseMode.Statements ? expression.Statement(session).Raw : expression.Raw;
            return CommandNames.OfWriting(raw.Stmt) is not null || raw.Stmt.NodeCase is not (Pg.Node.NodeOneofCase.SelectStmt or Pg.Node.NodeOneofCase.PlassignStmt)
                || Calls(session, raw);
        }
        catch (PgException)
        {
            return true;
        }
    }

    // A statement within the query, or a call of something that is not known to change nothing. An operator of users' own is a call too.
    private static bool Calls(PgSession session, IMessage message)
    {
        switch (message)
        {
            case Pg.InsertStmt or Pg.UpdateStmt or Pg.DeleteStmt or Pg.MergeStmt or Pg.LockingClause:
                return true;
            case Pg.FuncCall call when MayWrite(session, call.Funcname[^1].String.Sval):
                return true;
            case Pg.A_Expr { Name: [.., var name] } when session.Catalog.OperatorsByName(name.String?.Sval ?? "").Any(static o => o.oid >= Catalog.BuiltInOids.FirstNormalObjectId):
                return true;
        }

        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder())
        {
            if (field.FieldType != FieldType.Message)
            {
                continue;
            }

            if (field.IsRepeated)
            {
                foreach (var item in (System.Collections.IEnumerable)field.Accessor.GetValue(message))
                {
                    if (Calls(session, (IMessage)item))
                    {
                        return true;
                    }
                }
            }
            else if (field.Accessor.GetValue(message) is IMessage child && Calls(session, child))
            {
                return true;
            }
        }

        return false;
    }

    // A volatile function of PostgreSQL's own may draw from a sequence or change a setting; only a few do nothing but tell the time or a number.
    private static bool MayWrite(PgSession session, string name)
    {
        foreach (var proc in session.Catalog.ProcsByName(name))
        {
            if (proc.provolatile == 'v' && name is not ("random" or "clock_timestamp" or "timeofday" or "gen_random_uuid" or "pg_typeof" or "currval" or "lastval"))
            {
                return true;
            }
        }

        return false;
    }
}

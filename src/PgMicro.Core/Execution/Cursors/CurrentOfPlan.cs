using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Dml;
using PgMicro.Core.Lowering;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Cursors;

/// <summary>UPDATE or DELETE … WHERE CURRENT OF: of the row whose rowid and table are the last parameters, which the cursor gives.</summary>
internal sealed class CurrentOfPlan(ExecutablePlan inner, string cursor, int variable, IReadOnlyList<uint> tables) : ExecutablePlan
{
    internal override string? WriteCommand => inner.WriteCommand;

    internal override bool IsLogged => inner.IsLogged;

    /// <summary>The cursor's name when a statement's WHERE is CURRENT OF.</summary>
    internal static string? CursorOf(Pg.Node statement) => statement.NodeCase switch
    {
        Pg.Node.NodeOneofCase.UpdateStmt => statement.UpdateStmt.WhereClause?.CurrentOfExpr?.CursorName,
        Pg.Node.NodeOneofCase.DeleteStmt => statement.DeleteStmt.WhereClause?.CurrentOfExpr?.CursorName,
        _ => null,
    };

    internal static ExecutablePlan Plan(PgSession session, Pg.RawStmt raw, string cursor, GivenParameters parameters)
    {
        var statement = raw.Stmt.Clone();
        if (statement.NodeCase == Pg.Node.NodeOneofCase.UpdateStmt)
        {
            statement.UpdateStmt.WhereClause = null;
        }
        else
        {
            statement.DeleteStmt.WhereClause = null;
        }

        var context = new BindingContext(session, parameters);
        var query = Binder.Bind(new Pg.RawStmt { Stmt = statement, StmtLocation = raw.StmtLocation, StmtLen = raw.StmtLen }, context);
        Roles.QueryPermissions.Check(session, query, statement);

        // In PL/pgSQL the name may be that of a variable which has the cursor's.
        var reference = new Pg.ColumnRef { Fields = { new Pg.Node { String = new Pg.String { Sval = cursor } } }, Location = -1 };
        var variable = parameters.Named?.Resolve(context.NewState(), reference, null) is BoundParam { Type: TypeOid.Refcursor } named ? named.ParamId : 0;
        var types = context.ParameterTypes;
        var target = query.RangeTable[query.ResultRelation - 1];
        var table = session.Catalog.Class(target.Relid)!;
        var members = TableMembers.Of(session.Catalog, target);
        query.JoinTree.Quals = BoundTrees.Operator(
            session.Catalog, BuiltInOperators.Int8Equal, BoundTrees.Rowid(query.ResultRelation), BoundTrees.Parameter(types.Length + 1, TypeOid.Int8), 0);
        if (members is not null)
        {
            query.JoinTree.Quals = BoundTrees.And(
            [
                query.JoinTree.Quals,
                BoundTrees.Operator(
                    session.Catalog, BuiltInOperators.OidEqual, BoundTrees.TableOid(query.ResultRelation), BoundTrees.Parameter(types.Length + 2, TypeOid.Oid), 0),
            ]);
        }

        var inner = Planner.PlanQuery(session, query, members is null ? [.. types, TypeOid.Int8] : [.. types, TypeOid.Int8, TypeOid.Oid]);
        if (table.relkind == 'v')
        {
            throw new PgException(SqlState.FeatureNotSupported, "WHERE CURRENT OF on a view is not implemented");
        }

        return new CurrentOfPlan(inner, cursor, variable, members ?? [table.oid]) { ParameterTypes = types, Columns = inner.Columns, Locks = inner.Locks };
    }

    internal override StatementRun Start(PgSession session, ReadOnlySpan<PgDatum> parameters)
    {
        var found = session.FindCursor(NameIn(parameters));
        var (rowid, table) = (PgDatum.Null, PgDatum.Null);
        foreach (var oid in tables)
        {
            if (FindRow(session, found, oid) is { } row)
            {
                (rowid, table) = (PgDatum.FromInt64(row), PgDatum.FromInt64(oid));
            }
        }

        PgDatum[] all = [.. parameters[..ParameterTypes.Length], rowid, table];
        return inner.Start(session, all.AsSpan(0, inner.ParameterTypes.Length));
    }

    private string NameIn(ReadOnlySpan<PgDatum> parameters) => variable == 0 ? cursor
        : parameters[variable - 1] is { IsNull: false } name ? name.GetString()
        : throw new PgException(SqlState.NullValueNotAllowed, $"cursor variable \"{cursor}\" is null");

    // The cursor's row, when it is one of a table.
    private static long? FindRow(PgSession session, Cursor found, uint table)
    {
        var cursor = found.Name;
        var tableName = session.Catalog.Class(table)!.relname;
        if (found.Transaction is null)
        {
            throw new PgException(SqlState.InvalidCursorState, $"cursor \"{cursor}\" is held from a previous transaction");
        }

        var targets = found.Plan.Targets.Where(t => t.Has(table) && (!found.Plan.HasRowMarks || t.IsLocked)).ToList();
        if (found.Plan.HasRowMarks && targets.Count != 1)
        {
            throw new PgException(
                SqlState.InvalidCursorState,
                targets.Count == 0
                    ? $"cursor \"{cursor}\" does not have a FOR UPDATE/SHARE reference to table \"{tableName}\""
                    : $"cursor \"{cursor}\" has multiple FOR UPDATE/SHARE references to table \"{tableName}\"");
        }

        if (targets.Count != 1)
        {
            throw new PgException(SqlState.InvalidCursorState, $"cursor \"{cursor}\" is not a simply updatable scan of table \"{tableName}\"");
        }

        if (found.Current is not { } row)
        {
            throw new PgException(SqlState.InvalidCursorState, $"cursor \"{cursor}\" is not positioned on a row");
        }

        // None on the nullable side of an outer join, and none once it is deleted.
        return targets[0].RowidIn(table, row) is { } rowid ? found.FindRow(table, rowid) : null;
    }
}

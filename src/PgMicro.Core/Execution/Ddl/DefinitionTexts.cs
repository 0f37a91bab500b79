using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.PgQuery;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>
/// The checks, of domains too, and index expressions that use a column, as text: what a change of the column's type analyses anew, as PostgreSQL does.
/// </summary>
internal sealed class DefinitionTexts
{
    private readonly uint _relation;
    private readonly List<(uint Constraint, string Text)> _checks = [];
    private readonly List<(uint Constraint, string Text)> _domainChecks = [];
    private readonly List<(uint Index, List<string> Keys, string? Predicate)> _indexes = [];

    private DefinitionTexts(uint relation) => _relation = relation;

    internal static DefinitionTexts Of(DdlContext ddl, uint relation, short attnum)
    {
        var texts = new DefinitionTexts(relation);
        var context = new DeparseContext
        {
            Catalog = ddl.Catalog,
            TypeContext = ddl.Session,
            SearchPath = [BuiltInOids.PgCatalogNamespace],
            ColumnName = DeparseContext.ColumnsOf(ddl.Catalog, relation),
        };
        string Text(BoundExpr expr) => ExpressionDeparser.Deparse(expr, context);
        foreach (var check in ddl.Catalog.ConstraintsOf(relation))
        {
            if (check.contype == 'c' && check.conkey?.Contains(attnum) == true)
            {
                texts._checks.Add((check.oid, Text(BoundTreeSerializer.DeserializeExpr(check.conbin!))));
            }
        }

        foreach (var depend in Dependency.FindDependents(ddl.Catalog, ObjectAddress.Relation(relation, attnum)))
        {
            if (depend.refobjsubid == attnum && depend.classid == PgConstraint.RelationOid && ddl.Catalog.Constraint(depend.objid) is { contypid: not 0, conbin: { } bound } check
                && !texts._domainChecks.Exists(c => c.Constraint == check.oid))
            {
                texts._domainChecks.Add((check.oid, Text(BoundTreeSerializer.DeserializeExpr(bound))));
            }
        }

        foreach (var index in ddl.Catalog.IndexesOf(relation))
        {
            var keys = DdlExpressions.IndexExpressions(index);
            var predicate = index.indpred is null ? null : BoundTreeSerializer.DeserializeExpr(index.indpred);
            if (keys.Concat(predicate is null ? [] : [predicate]).Any(e => DdlExpressions.Columns(e).Contains(attnum)))
            {
                texts._indexes.Add((index.indexrelid, keys.ConvertAll(Text), predicate is null ? null : Text(predicate)));
            }
        }

        return texts;
    }

    /// <summary>Analyses the texts over the table as it is now.</summary>
    internal void Restore(DdlContext ddl)
    {
        var relation = ddl.Catalog.Class(_relation)!;
        foreach (var (oid, text) in _checks)
        {
            ddl.Put(ddl.Catalog.Constraint(oid)! with { conbin = BoundTreeSerializer.Serialize(DdlExpressions.BindCheck(ddl, Parse(text), relation)) });
        }

        foreach (var (oid, text) in _domainChecks)
        {
            var check = ddl.Catalog.Constraint(oid)!;
            var domain = ddl.Catalog.Type(check.contypid)!;
            ddl.Put(check with { conbin = BoundTreeSerializer.Serialize(DdlExpressions.BindDomainCheck(ddl, Parse(text), domain.typbasetype, domain.typtypmod, domain.typcollation)) });
        }

        foreach (var (oid, keys, predicate) in _indexes)
        {
            ddl.Put(ddl.Catalog.Index(oid)! with
            {
                indexprs = DdlExpressions.SerializeList(keys.ConvertAll(k => DdlExpressions.BindIndexExpression(ddl, Parse(k), relation))),
                indpred = predicate is null ? null : BoundTreeSerializer.Serialize(DdlExpressions.BindIndexPredicate(ddl, Parse(predicate), relation)),
            });
        }
    }

    private static Pg.Node Parse(string expression) =>
        PgQueryParser.Parse("SELECT " + expression).Stmts[0].Stmt.SelectStmt.TargetList[0].ResTarget.Val;
}

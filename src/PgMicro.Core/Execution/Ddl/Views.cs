using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Binding.Rules;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE [OR REPLACE] VIEW.</summary>
internal static class Views
{
    internal static string Create(DdlContext ddl, Pg.ViewStmt statement)
    {
        var context = new BindingContext(ddl.Session, GivenParameters.None);
        for (var select = statement.Query.SelectStmt; select is not null; select = select.Larg)
        {
            if (select.IntoClause is not null)
            {
                throw new PgException(SqlState.FeatureNotSupported, "views must not contain SELECT INTO");
            }
        }

        var query = Binder.Bind(new Pg.RawStmt { Stmt = statement.Query }, context);
        if (query.HasModifyingCTE)
        {
            throw new PgException(SqlState.FeatureNotSupported, "views must not contain data-modifying statements in WITH");
        }

        var targets = query.TargetList.FindAll(static t => !t.ResJunk);
        if (statement.Aliases.Count > targets.Count)
        {
            throw new PgException(SqlState.SyntaxError, "CREATE VIEW specifies more column names than columns");
        }

        for (var i = 0; i < statement.Aliases.Count; i++)
        {
            targets[i].ResName = statement.Aliases[i].String.Sval;
        }

        var columns = targets.ConvertAll(static t => new NewColumn(t.ResName ?? "?column?", t.Expr.Type, t.Expr.Typmod, t.Expr.Collation, 0));
        foreach (var column in columns)
        {
            if (column.Type == Types.TypeOid.Unknown)
            {
                throw new PgException(SqlState.InvalidTableDefinition, $"column \"{column.Name}\" has pseudo-type unknown");
            }
        }

        var name = statement.View;
        if (name.Relpersistence == "u")
        {
            throw new PgException(SqlState.SyntaxError, "views cannot be unlogged because they do not have storage");
        }

        ddl.CheckCatalogName(name);
        var persistence = name.Relpersistence == "t" || UsesTemporary(ddl, query) ? "t" : "p";
        if (persistence == "t" && name.Relpersistence != "t")
        {
            ddl.Notice($"view \"{name.Relname}\" will be a temporary view");
        }

        var namespaceOid = ddl.CreationNamespace(DdlContext.Null(name.Schemaname), name.Relname, persistence, -1);
        var options = CheckOption(statement, query, StorageParameters.Apply(null, statement.Options, 'v'));
        PgClass relation;
        if (ddl.Catalog.FindClass(name.Relname, namespaceOid) is { } existing && statement.Replace)
        {
            relation = Replace(ddl, existing, columns, options);
        }
        else
        {
            relation = RelationRows.Create(ddl, name.Relname, namespaceOid, 'v', persistence[0], columns, options, ddl.Owner);
        }

        StoreRule(ddl, relation, query);
        return "CREATE VIEW";
    }

    private static string[]? CheckOption(Pg.ViewStmt statement, BoundQuery query, string[]? options)
    {
        var words = statement.WithCheckOption switch
        {
            Pg.ViewCheckOption.LocalCheckOption => "local",
            Pg.ViewCheckOption.CascadedCheckOption => "cascaded",
            _ => null,
        };
        if (words is not null)
        {
            options = [.. options ?? [], "check_option=" + words];
        }

        if (options is null || !Array.Exists(options, static o => o.StartsWith("check_option=", StringComparison.Ordinal)))
        {
            return options;
        }

        return Dml.ViewUpdatability.WhyNot(query, null) is { } reason
            ? throw new PgException(SqlState.FeatureNotSupported, "WITH CHECK OPTION is supported only on automatically updatable views").WithHint(reason)
            : options;
    }

    /// <summary>Keeps a view's query as its rule, with what it depends on.</summary>
    internal static void StoreRule(DdlContext ddl, PgClass relation, BoundQuery query)
    {
        var old = ddl.Catalog.ViewRule(relation.oid);
        var rule = ddl.Put(new PgRewrite
        {
            oid = old?.oid ?? ddl.NewOid(),
            rulename = "_RETURN",
            ev_class = relation.oid,
            ev_qual = RuleTrees.NoCondition,
            ev_action = BoundTreeSerializer.Serialize(query),
        });
        ddl.Put(ddl.Catalog.Class(relation.oid)! with { relhasrules = true });
        var address = new ObjectAddress(PgRewrite.RelationOid, rule.oid);
        ddl.ForgetDependencies(address);
        ddl.Depend(address, ObjectAddress.Relation(relation.oid), 'i');
        DdlExpressions.Depend(ddl, address, query);
    }

    // checkViewColumns: a view keeps its columns; new ones come after them.
    private static PgClass Replace(DdlContext ddl, PgClass existing, List<NewColumn> columns, string[]? options)
    {
        if (existing.relkind != 'v')
        {
            throw new PgException(SqlState.WrongObjectType, $"\"{existing.relname}\" is not a view");
        }

        var old = ddl.Catalog.Attributes(existing.oid);
        if (columns.Count < old.Length)
        {
            throw new PgException(SqlState.InvalidTableDefinition, "cannot drop columns from view");
        }

        for (var i = 0; i < old.Length; i++)
        {
            if (old[i].attname != columns[i].Name)
            {
                throw new PgException(SqlState.InvalidTableDefinition, $"cannot change name of view column \"{old[i].attname}\" to \"{columns[i].Name}\"")
                    .WithHint("Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.");
            }

            if (old[i].atttypid != columns[i].Type || old[i].atttypmod != columns[i].Typmod)
            {
                throw new PgException(
                    SqlState.InvalidTableDefinition,
                    $"cannot change data type of view column \"{old[i].attname}\" from {DdlExpressions.FormatType(ddl, old[i].atttypid, old[i].atttypmod)} to {DdlExpressions.FormatType(ddl, columns[i].Type, columns[i].Typmod)}");
            }

            if (old[i].attcollation != columns[i].Collation)
            {
                throw new PgException(
                    SqlState.InvalidTableDefinition,
                    $"cannot change collation of view column \"{old[i].attname}\" from \"{ddl.Catalog.Collation(old[i].attcollation)?.collname}\" to \"{ddl.Catalog.Collation(columns[i].Collation)?.collname}\"");
            }
        }

        for (var i = old.Length; i < columns.Count; i++)
        {
            if (columns.FindIndex(c => c.Name == columns[i].Name) < i)
            {
                throw new PgException(SqlState.DuplicateColumn, $"column \"{columns[i].Name}\" of relation \"{existing.relname}\" already exists");
            }
        }

        RelationRows.CheckNames(ddl, columns, 'v');
        for (var i = old.Length; i < columns.Count; i++)
        {
            RelationRows.AddAttribute(ddl, existing.oid, columns[i], i + 1);
        }

        return ddl.Put(existing with { relnatts = (short)columns.Count, reloptions = options });
    }

    internal static bool UsesTemporary(DdlContext ddl, BoundQuery query)
    {
        var finder = new TemporaryFinder(ddl);
        finder.VisitTop(query);
        return finder.IsFound;
    }

    private sealed class TemporaryFinder(DdlContext ddl) : BoundTreeWalker
    {
        internal bool IsFound { get; private set; }

        protected override void VisitOther(BoundNode node)
        {
            if (node is RangeTableEntry { RteKind: RteKind.Relation } entry && ddl.Catalog.Class(entry.Relid) is { relpersistence: 't' })
            {
                IsFound = true;
            }

            base.VisitOther(node);
        }
    }
}

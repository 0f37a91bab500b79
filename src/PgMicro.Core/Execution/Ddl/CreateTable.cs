using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl.Partitions;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE TABLE (manual: "CREATE TABLE").</summary>
internal static class CreateTable
{
    internal static string Execute(DdlContext ddl, Pg.CreateStmt statement, Pg.CreateForeignTableStmt? foreign = null)
    {
        Tablespaces.Require(ddl, statement.Tablespacename);
        if (statement.Partspec is not null && statement.Tablespacename == "pg_default")
        {
            throw new PgException(SqlState.FeatureNotSupported, "cannot specify default tablespace for partitioned relations");
        }

        RejectUnsupported(statement);
        var name = statement.Relation;
        ddl.CheckCatalogName(name);
        var namespaceOid = ddl.CreationNamespace(DdlContext.Null(name.Schemaname), name.Relname, name.Relpersistence, name.Location);
        if (statement.IfNotExists && ddl.Catalog.FindClass(name.Relname, namespaceOid) is not null)
        {
            ddl.Notice($"relation \"{name.Relname}\" already exists, skipping", sqlState: SqlState.DuplicateTable);
            return "CREATE TABLE";
        }

        var persistence = ddl.IsTemp(namespaceOid) ? 't' : name.Relpersistence is "u" ? 'u' : 'p';
        if (persistence == 't' && name.Relpersistence == "u")
        {
            throw new PgException(SqlState.InvalidTableDefinition, "only temporary relations may be created in temporary schemas").At(name.Location);
        }

        OnCommit.Check(statement.Oncommit, persistence);
        var table = new TableDefinition(name.Relname, ddl.Catalog.Namespace(namespaceOid)!.nspname, namespaceOid, persistence)
        {
            PartitionBy = statement.Partspec,
            AccessMethod = statement.AccessMethod,
            Bound = statement.Partbound,
            IsForeign = foreign is not null,
        };
        var type = statement.OfTypename is null ? null : TypedTables.TypeOf(ddl, statement.OfTypename);
        if (type is not null)
        {
            TypedTables.AddColumns(ddl, table, type, statement.TableElts);
        }

        foreach (var element in statement.TableElts)
        {
            switch (element.NodeCase)
            {
                case Pg.Node.NodeOneofCase.ColumnDef when type is not null || statement.Partbound is not null:
                    break;
                case Pg.Node.NodeOneofCase.ColumnDef:
                    table.Columns.Add(ColumnDefinitions.Transform(ddl, table, element.ColumnDef));
                    break;
                case Pg.Node.NodeOneofCase.TableLikeClause when foreign is not null:
                    throw new PgException(SqlState.FeatureNotSupported, "LIKE is not supported for creating foreign tables").At(element.TableLikeClause.Relation.Location);
                case Pg.Node.NodeOneofCase.TableLikeClause:
                    CreateTableLike.Transform(ddl, table, element.TableLikeClause);
                    break;
                default:
                    AddTableConstraint(table, element.Constraint.Clone());
                    break;
            }
        }

        foreach (var constraint in statement.Constraints)
        {
            AddTableConstraint(table, constraint.Constraint.Clone());
        }

        if (statement.Partbound is not null)
        {
            PartitionOf.AddColumns(ddl, table, FindParents(ddl, statement), statement.TableElts);
        }
        else if (statement.InhRelations.Count > 0)
        {
            InheritedColumns.Merge(ddl, table, FindParents(ddl, statement));
        }

        if (statement.Partspec is not null && statement.Options.Count > 0)
        {
            throw new PgException(SqlState.WrongObjectType, "cannot specify storage parameters for a partitioned table")
                .WithHint("Specify storage parameters for its leaf partitions instead.");
        }

        var relation = Define(ddl, table, StorageParameters.Apply(null, statement.Options, 'h', hasVersions: statement.Partspec is null && statement.Relation.Relpersistence != "t"));
        if (type is not null)
        {
            TypedTables.Attach(ddl, relation, type);
        }

        if (foreign is not null)
        {
            ForeignData.ForeignTables.Attach(ddl, relation, foreign);
        }

        foreach (var column in statement.TableElts.Where(static e => e.ColumnDef is { Fdwoptions.Count: > 0 }).Select(static e => e.ColumnDef))
        {
            ForeignData.ForeignTables.AlterColumnOptions(ddl, relation.oid, column.Colname, column.Fdwoptions);
        }

        ddl.Session.OnCommit.Register(relation.oid, statement.Oncommit);
        return "CREATE TABLE";
    }

    /// <summary>Makes a table of a definition: catalog rows first, then the table and its indexes in the file.</summary>
    internal static PgClass Define(DdlContext ddl, TableDefinition table, string[]? options)
    {
        var keys = KeyIndexes.Transform(table);
        foreach (var type in table.TypeNames.Where(static t => t.Typmods.Count > 0))
        {
            var unplaced = type.Clone();
            unplaced.Location = -1;
            Binding.Expressions.TypeNames.Resolve(ddl.ParseState, unplaced);
        }

        var kind = table.IsForeign ? 'f' : table.PartitionBy is null ? 'r' : 'p';
        var relation = RelationRows.Create(ddl, table.RelationName, table.Namespace, kind, table.Persistence, table.Columns, options, ddl.Owner);
        ddl.Collect(table.IsForeign ? "CREATE FOREIGN TABLE" : "CREATE TABLE", ObjectAddress.Relation(relation.oid));
        foreach (var check in table.InheritedChecks)
        {
            Constraints.AddInheritedCheck(ddl, relation.oid, check);
        }

        InheritanceRows.Store(ddl, relation.oid, table.Parents);
        if (table.Bound is not null)
        {
            PartitionOf.Store(ddl, relation, table.Parents[0], table.Bound);
        }

        if (table.PartitionBy is not null)
        {
            PartitionBy.Store(ddl, relation, table.PartitionBy);
            if (table.AccessMethod.Length > 0)
            {
                // What its partitions are made with.
                AccessMethods.Set(ddl, relation.oid, AccessMethods.OfTable(ddl, table.AccessMethod).oid);
            }
        }

        else if (kind == 'r')
        {
            var inherited = table.Bound is null || table.AccessMethod.Length > 0 ? 0 : ddl.Catalog.Class(table.Parents[0].oid)!.relam;
            AccessMethods.Set(ddl, relation.oid, inherited != 0 ? inherited : AccessMethods.OfTable(ddl, table.AccessMethod).oid);
        }

        var indexes = new List<uint>();
        if (table.Bound is not null)
        {
            PartitionedIndexes.CloneAll(ddl, table.Parents[0].oid, relation.oid, indexes);
            Triggers.CreateTrigger.CloneAll(ddl, table.Parents[0].oid, relation.oid);
            PartitionedForeignKeys.CloneAll(ddl, table.Parents[0].oid, relation.oid);
        }

        for (var i = 0; i < table.Columns.Count; i++)
        {
            AddDefault(ddl, relation, table.Columns[i], i + 1);
        }

        var chosen = table.Checks.Where(static c => c.Conname.Length > 0).Select(static c => c.Conname).ToHashSet();
        var seen = new HashSet<string>();
        foreach (var check in table.Checks)
        {
            if (check.Conname.Length > 0 && !seen.Add(check.Conname))
            {
                throw new PgException(SqlState.DuplicateObject, $"check constraint \"{check.Conname}\" already exists");
            }

            check.SkipValidation = false;
            Constraints.AddCheck(ddl, relation.oid, check, chosen, mayMerge: true);
        }

        foreach (var key in keys)
        {
            var next = indexes.Count;
            CreateIndex.Define(ddl, ddl.Catalog.Class(relation.oid)!, key, indexes);
            if (indexes.Count > next)
            {
                ddl.Collect("CREATE INDEX", ObjectAddress.Relation(indexes[next]));
            }
        }

        foreach (var foreignKey in table.ForeignKeys)
        {
            foreignKey.SkipValidation = false;
            Constraints.AddForeignKey(ddl, relation.oid, foreignKey);
        }

        if (table.ForeignKeys.Count > 0)
        {
            ddl.Collect("ALTER TABLE", ObjectAddress.Relation(relation.oid));
        }

        foreach (var column in table.Columns.Where(static c => c.Sequence != 0))
        {
            ddl.Collect("ALTER SEQUENCE", ObjectAddress.Relation(column.Sequence));
        }

        if (kind == 'r')
        {
            SqliteTables.Create(ddl, relation.oid);
            foreach (var index in indexes)
            {
                CreateIndex.Build(ddl, index);
            }
        }

        foreach (var action in table.Afterwards)
        {
            action(ddl.Catalog.Class(relation.oid)!);
        }

        return ddl.Catalog.Class(relation.oid)!;
    }

    /// <summary>The default of a new column, and its ownership of its sequence. Returns the expression.</summary>
    internal static BoundExpr? AddDefault(DdlContext ddl, PgClass relation, NewColumn column, int number)
    {
        BoundExpr? expr = null;
        if (column.Default is not null)
        {
            expr = DdlExpressions.BindDefault(ddl, column.Default, column.Name, column.Type, column.Typmod, column.Generated, relation);
        }
        else if (column.StoredDefault is not null)
        {
            expr = BoundTreeSerializer.DeserializeExpr(column.StoredDefault);
        }

        // DEFAULT NULL is no default.
        if (expr is not null && !(expr is BoundConst { Value.IsNull: true } && column.Generated == 0))
        {
            StoreDefault(ddl, relation.oid, number, expr, column.Generated);
        }

        if (column.Sequence != 0)
        {
            Sequences.SetOwner(ddl, column.Sequence, relation.oid, number, column.Identity != 0 ? 'i' : 'a');
        }

        return expr;
    }

    /// <summary>Writes a pg_attrdef row.</summary>
    internal static void StoreDefault(DdlContext ddl, uint relationOid, int number, BoundExpr expr, char generated)
    {
        var row = ddl.Put(new PgAttrdef { oid = ddl.NewOid(), adrelid = relationOid, adnum = (short)number, adbin = BoundTreeSerializer.Serialize(expr) });
        ddl.Put(ddl.Catalog.Attribute(relationOid, number)! with { atthasdef = true });
        var address = new ObjectAddress(PgAttrdef.RelationOid, row.oid);
        ddl.Depend(address, new(PgClass.RelationOid, relationOid, number), generated != 0 ? 'i' : 'a');
        DdlExpressions.Depend(ddl, address, expr, relationOid);
    }

    /// <summary>Sorts a table constraint by its kind.</summary>
    internal static void AddTableConstraint(TableDefinition table, Pg.Constraint constraint)
    {
        if (table.IsForeign)
        {
            ForeignData.ForeignTables.RefuseConstraint(constraint);
        }

        switch (constraint.Contype)
        {
            case Pg.ConstrType.ConstrCheck:
                table.Checks.Add(constraint);
                break;
            case Pg.ConstrType.ConstrPrimary or Pg.ConstrType.ConstrUnique or Pg.ConstrType.ConstrExclusion:
                table.Keys.Add(constraint);
                break;
            case Pg.ConstrType.ConstrForeign:
                table.ForeignKeys.Add(constraint);
                break;
            default:
                throw PgErrors.FeatureNotSupported(constraint.Contype.ToString(), constraint.Location);
        }
    }

    // The tables of INHERITS, each once.
    private static List<PgClass> FindParents(DdlContext ddl, Pg.CreateStmt statement)
    {
        var parents = new List<PgClass>();
        foreach (var name in statement.InhRelations)
        {
            var parent = ddl.FindRelation(name.RangeVar);
            if (parents.Exists(p => p.oid == parent.oid))
            {
                throw new PgException(SqlState.DuplicateTable, $"relation \"{parent.relname}\" would be inherited from more than once");
            }

            parents.Add(parent);
        }

        return parents;
    }

    private static void RejectUnsupported(Pg.CreateStmt statement)
    {
        if (statement is { InhRelations.Count: > 0, Partbound: null, Partspec: not null })
        {
            throw new PgException(SqlState.InvalidObjectDefinition, "cannot create partitioned table as inheritance child");
        }

    }
}

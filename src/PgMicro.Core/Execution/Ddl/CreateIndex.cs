using Google.Protobuf.Collections;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl.Partitions;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE INDEX (manual: "CREATE INDEX"), and the indexes of PRIMARY KEY and UNIQUE (DefineIndex).</summary>
internal static class CreateIndex
{
    private const int MaxKeys = 32;

    internal static string Execute(DdlContext ddl, Pg.IndexStmt statement)
    {
        if (statement.Concurrent)
        {
            ddl.Session.RejectInBlock("CREATE INDEX CONCURRENTLY", isWritingItself: true);
        }

        var before = ddl.Catalog;
        var relation = ddl.FindRelation(statement.Relation);
        if (relation.relkind is not ('r' or 'm' or 'p'))
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot create index on relation \"{relation.relname}\"").WithDetail(ObjectKinds.NotSupported(relation.relkind));
        }

        ddl.RequireUserRelation(relation);
        if (statement.IfNotExists && statement.Idxname.Length > 0 && ddl.Catalog.FindClass(statement.Idxname, relation.relnamespace) is not null)
        {
            ddl.Notice($"relation \"{statement.Idxname}\" already exists, skipping", sqlState: SqlState.DuplicateTable);
            return "CREATE INDEX";
        }

        if (relation.relkind == 'p' && statement.Concurrent)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot create index on partitioned table \"{relation.relname}\" concurrently");
        }

        var created = new List<uint>();
        Define(ddl, relation, statement, created, recurse: statement.Relation.Inh);
        BuildAll(ddl, before, created);
        return "CREATE INDEX";
    }

    /// <summary>Makes the rows of an index, and of those of the partitions; with isconstraint the constraints that they implement too.</summary>
    /// <param name="ddl">The statement.</param>
    /// <param name="relation">The table.</param>
    /// <param name="statement">The index.</param>
    /// <param name="created">Takes the indexes that are to be made in the file.</param>
    /// <param name="recurse">Whether partitions get it too.</param>
    internal static void Define(DdlContext ddl, PgClass relation, Pg.IndexStmt statement, List<uint> created, bool recurse = true)
    {
        // As transformIndexStmt does, before anything else is looked at.
        var predicate = statement.WhereClause is null ? null : DdlExpressions.BindIndexPredicate(ddl, statement.WhereClause, relation);
        var keys = statement.IndexParams.Select(static n => n.IndexElem).ToList();
        var keyExpressions = keys.ConvertAll(k => k.Expr is null ? null : DdlExpressions.BindIndexExpression(ddl, k.Expr, relation));

        Tablespaces.Require(ddl, statement.TableSpace);
        var catalog = ddl.Catalog;
        var method = statement.AccessMethod.Length == 0 ? "btree" : statement.AccessMethod == "rtree" ? "gist" : statement.AccessMethod;
        if (statement.AccessMethod == "rtree")
        {
            ddl.Notice("substituting access method \"gist\" for obsolete method \"rtree\"");
        }

        var am = catalog.FindAm(method) is { amtype: 'i' } found
            ? found
            : throw new PgException(SqlState.UndefinedObject, $"access method \"{method}\" does not exist");
        if (am.oid >= BuiltInOids.FirstNormalObjectId)
        {
            throw PgErrors.FeatureNotSupported($"an index of access method \"{method}\"");
        }

        var included = statement.IndexIncludingParams.Select(static n => n.IndexElem).ToList();
        if (keys.Count + included.Count > MaxKeys)
        {
            throw new PgException(SqlState.TooManyColumns, $"cannot use more than {MaxKeys} columns in an index");
        }

        RequireCapabilities(statement, am, keys, included);
        var names = new List<string>();
        foreach (var element in keys.Concat(included))
        {
            var wanted = element.Indexcolname.Length > 0 ? element.Indexcolname : element.Name.Length > 0 ? element.Name : Binding.Queries.TargetLists.FigureIndexColumnName(element.Expr) ?? "expr";
            names.Add(ObjectNames.IndexColumn(wanted, names));
        }

        var name = statement.Idxname;
        if (name.Length == 0)
        {
            name = statement.Primary
                ? ObjectNames.ChooseRelationName(catalog, relation.relname, null, "pkey", relation.relnamespace, true)
                : ObjectNames.ChooseRelationName(
                    catalog, relation.relname, ObjectNames.Addition(names), statement.ExcludeOpNames.Count > 0 ? "excl" : statement.Isconstraint ? "key" : "idx", relation.relnamespace, statement.Isconstraint);
        }

        ddl.ReserveRelation(relation.relnamespace, name, isType: false);
        if (predicate is not null && DdlExpressions.Columns(predicate).Any(static c => c < 0))
        {
            throw new PgException(SqlState.FeatureNotSupported, "index creation on system columns is not supported");
        }

        var numbers = new short[keys.Count + included.Count];
        var collations = new uint[keys.Count];
        var classes = new uint[keys.Count];
        var options = new short[keys.Count];
        var opclassOptions = new string[]?[keys.Count];
        var operators = statement.ExcludeOpNames.Count > 0 ? new uint[keys.Count] : null;
        var expressions = new List<BoundExpr>();
        var columns = new List<NewColumn>();
        for (var i = 0; i < numbers.Length; i++)
        {
            var isKey = i < keys.Count;
            var element = isKey ? keys[i] : included[i - keys.Count];
            uint type;
            int typmod;
            uint collation;
            PgAttribute? column = null;
            if (element.Name.Length > 0)
            {
                column = catalog.FindAttribute(relation.oid, element.Name) ?? throw new PgException(
                    SqlState.UndefinedColumn, statement.Isconstraint ? $"column \"{element.Name}\" named in key does not exist" : $"column \"{element.Name}\" does not exist");
                numbers[i] = column.attnum;
                (type, typmod, collation) = (column.atttypid, column.atttypmod, column.attcollation);
            }
            else
            {
                if (!isKey)
                {
                    throw new PgException(SqlState.FeatureNotSupported, "expressions are not supported in included columns");
                }

                var expr = keyExpressions[i]!;
                if (DdlExpressions.Columns(expr).Any(static c => c < 0))
                {
                    throw new PgException(SqlState.FeatureNotSupported, "index creation on system columns is not supported");
                }

                (type, typmod, collation) = (expr.Type, expr.Typmod, expr.Collation);
                while (expr is BoundCollateExpr collate)
                {
                    expr = collate.Arg;
                }

                if (expr is BoundVar { Varattno: > 0 } plain)
                {
                    numbers[i] = (short)plain.Varattno;
                }
                else
                {
                    expressions.Add(expr);
                }

                RelationRows.CheckType(ddl, names[i], type, 'i');
            }

            if (!isKey)
            {
                RejectSystemColumn(numbers[i]);
                columns.Add(AsInTable(new NewColumn(names[i], type, typmod, 0, 0), column));
                continue;
            }

            if (element.Collation.Count > 0)
            {
                collation = NamespaceLookup.CollationOid(ddl.ParseState, DdlContext.Names(element.Collation), -1);
                if (catalog.Type(type)!.typcollation == 0)
                {
                    throw new PgException(SqlState.DatatypeMismatch, $"collations are not supported by type {DdlExpressions.FormatType(ddl, type)}");
                }
            }

            var opclass = FindOpclass(
                ddl, element.Opclass, am, type, static _ => "You must specify an operator class for the index or define a default operator class for the data type.");
            RejectSystemColumn(numbers[i]);
            OperatorFamilies.IndexClasses.Check(ddl, opclass, am, name, i + 1, statement.Unique);
            classes[i] = opclass.oid;
            collations[i] = catalog.Type(type)!.typcollation == 0 ? 0 : collation;
            if (operators is not null)
            {
                operators[i] = ExclusionOperator(ddl, DdlContext.Names(statement.ExcludeOpNames[i].List.Items), type, opclass);
            }

            if (element.Opclassopts.Count > 0)
            {
                opclassOptions[i] = OperatorClassOptions.Check(ddl, opclass, element.Opclassopts);
            }

            options[i] = Flags(element, am);
            var keyType = KeyType(ddl, am, opclass, type);
            columns.Add(AsInTable(new NewColumn(names[i], keyType, keyType == type ? typmod : -1, collations[i], 0), keyType == type ? column : null));
        }

        var definition = new IndexDefinition
        {
            Am = am,
            Columns = columns,
            Numbers = numbers,
            KeyCount = keys.Count,
            Collations = collations,
            Classes = classes,
            Options = options,
            ColumnOptions = opclassOptions,
            Operators = operators,
            Expressions = expressions,
            Predicate = predicate,
            IsUnique = statement.Unique,
            IsPrimary = statement.Primary,
            IsConstraint = statement.Isconstraint,
            IsDeferrable = statement.Deferrable,
            IsDeferred = statement.Initdeferred,
            NullsNotDistinct = statement.NullsNotDistinct,
            Reloptions = StorageParameters.Apply(null, statement.Options, StorageParameters.OfIndex(am.amname)),
        };
        PartitionedIndexes.Create(ddl, relation, name, definition, created, recurse);
    }

    /// <summary>Makes indexes in the file whose rows have been made since the catalog was as it is told.</summary>
    internal static void BuildAll(DdlContext ddl, CatalogSnapshot before, List<uint> created)
    {
        foreach (var index in created)
        {
            var table = ddl.Catalog.Index(index)!.indrelid;
            if (SqliteTables.RowidColumn(before, table)?.attnum == SqliteTables.RowidColumn(ddl.Catalog, table)?.attnum)
            {
                Build(ddl, index);
                continue;
            }

            // The key becomes the rowid.
            try
            {
                SqliteTables.Adapt(ddl, before, table);
            }
            catch (Storage.SqliteException e) when (e.Code == Storage.SqliteResultCode.Constraint)
            {
                throw DuplicateKeys.Describe(ddl, index);
            }
        }
    }

    /// <summary>Makes the SQLite index, over the rows that the table has.</summary>
    /// <exception cref="PgException">23505 when two of them have one key; 23P01 when two exclude each other.</exception>
    internal static void Build(DdlContext ddl, uint indexOid)
    {
        try
        {
            SqliteTables.CreateIndex(ddl, indexOid);
        }
        catch (Storage.SqliteException e) when (e.Code == Storage.SqliteResultCode.Constraint)
        {
            throw DuplicateKeys.Describe(ddl, indexOid);
        }

        var row = ddl.Catalog.Index(indexOid)!;
        if (row.indisexclusion)
        {
            Dml.TableLayout.Get(ddl.Catalog, row.indrelid).UniqueIndexes.First(i => i.Index.indexrelid == indexOid).CheckAll(ddl.Session);
        }
        else if (row is { indisunique: true, indimmediate: false } && ddl.Catalog.Class(indexOid)!.relkind == 'i')
        {
            DuplicateKeys.Check(ddl, indexOid);
        }
    }

    // ComputeIndexAttrs: an operator that means the same both ways, and that the index could find.
    private static uint ExclusionOperator(DdlContext ddl, string[] name, uint type, PgOpclass opclass)
    {
        var op = OperatorResolution.Oper(ddl.ParseState, name, type, type, -1);
        string Display() => CatalogNames.Operator(ddl.Catalog, op, [.. ddl.LookupPath()]);
        if (!Coercion.IsBinaryCoercible(ddl.Catalog, type, op.oprleft) || !Coercion.IsBinaryCoercible(ddl.Catalog, type, op.oprright))
        {
            throw new PgException(SqlState.UndefinedFunction, $"operator requires run-time type coercion: {Display()}");
        }

        if (op.oprcom != op.oid)
        {
            throw new PgException(SqlState.WrongObjectType, $"operator {Display()} is not commutative")
                .WithDetail("Only commutative operators can be used in exclusion constraints.");
        }

        return ddl.Catalog.StrategyOfOperator(op.oid, opclass.opcfamily) != 0
            ? op.oid
            : throw new PgException(SqlState.WrongObjectType, $"operator {Display()} is not a member of operator family \"{ddl.Catalog.Opfamily(opclass.opcfamily)!.opfname}\"")
                .WithDetail("The exclusion operator must be related to the index operator class for the constraint.");
    }

    // ConstructTupleDescriptor: a column of the table is stored in the index as it is there.
    private static NewColumn AsInTable(NewColumn column, PgAttribute? source) => source is null
        ? column
        : column with { Dimensions = source.attndims, Storage = source.attstorage, Compression = source.attcompression };

    private static void RequireCapabilities(Pg.IndexStmt statement, PgAm am, List<Pg.IndexElem> keys, List<Pg.IndexElem> included)
    {
        var (unique, includes, many) = am.oid switch
        {
            BuiltInOids.BtreeAm => (true, true, true),
            BuiltInOids.HashAm => (false, false, false),
            BuiltInOids.GistAm => (false, true, true),
            BuiltInOids.SpgistAm => (false, true, false),
            _ => (false, false, true),
        };
        if (statement.Unique && !unique)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"access method \"{am.amname}\" does not support unique indexes");
        }

        if (included.Count > 0 && !includes)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"access method \"{am.amname}\" does not support included columns");
        }

        if (keys.Count > 1 && !many)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"access method \"{am.amname}\" does not support multicolumn indexes");
        }

        if (statement.ExcludeOpNames.Count > 0 && am.oid is not (BuiltInOids.BtreeAm or BuiltInOids.HashAm or BuiltInOids.GistAm or BuiltInOids.SpgistAm))
        {
            throw new PgException(SqlState.FeatureNotSupported, $"access method \"{am.amname}\" does not support exclusion constraints");
        }

        foreach (var element in included)
        {
            if (element.Collation.Count > 0 || element.Opclass.Count > 0 || element.Ordering != Pg.SortByDir.SortbyDefault || element.NullsOrdering != Pg.SortByNulls.Default)
            {
                var what = element.Collation.Count > 0 ? "a collation" : element.Opclass.Count > 0 ? "an operator class" : element.Ordering != Pg.SortByDir.SortbyDefault ? "ASC/DESC options" : "NULLS FIRST/LAST options";
                throw new PgException(SqlState.InvalidObjectDefinition, $"including column does not support {what}");
            }
        }
    }

    // What the index keeps of a key: amkeytype, or what the operator class says.
    private static uint KeyType(DdlContext ddl, PgAm am, PgOpclass opclass, uint type) => opclass switch
    {
        { opckeytype: Types.TypeOid.AnyElement, opcintype: Types.TypeOid.AnyArray } when TypeFacts.GetBaseElementType(ddl.Catalog, type) is var element and not 0 => element,
        { opckeytype: not 0 and not Types.TypeOid.AnyElement } => opclass.opckeytype,
        _ => am.amname == "hash" ? Types.TypeOid.Int4 : type,
    };

    private static short Flags(Pg.IndexElem element, PgAm am)
    {
        if (am.oid != BuiltInOids.BtreeAm)
        {
            if (element.Ordering != Pg.SortByDir.SortbyDefault)
            {
                throw new PgException(SqlState.FeatureNotSupported, $"access method \"{am.amname}\" does not support ASC/DESC options");
            }

            return element.NullsOrdering == Pg.SortByNulls.Default
                ? (short)0
                : throw new PgException(SqlState.FeatureNotSupported, $"access method \"{am.amname}\" does not support NULLS FIRST/LAST options");
        }

        var descending = element.Ordering == Pg.SortByDir.SortbyDesc;
        var nullsFirst = element.NullsOrdering == Pg.SortByNulls.First || (element.NullsOrdering == Pg.SortByNulls.Default && descending);
        return (short)((descending ? 1 : 0) | (nullsFirst ? 2 : 0));
    }

    private static void RejectSystemColumn(short number)
    {
        if (number < 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "index creation on system columns is not supported");
        }
    }

    /// <summary>ResolveOpClass: the operator class of a name, or the default one of the type.</summary>
    internal static PgOpclass FindOpclass(DdlContext ddl, RepeatedField<Pg.Node> names, PgAm am, uint type, Func<string, string> hint)
    {
        var catalog = ddl.Catalog;
        if (names.Count == 0)
        {
            return catalog.DefaultOpclass(am.oid, type) ?? throw new PgException(
                SqlState.UndefinedObject, $"data type {DdlExpressions.FormatType(ddl, type)} has no default operator class for access method \"{am.amname}\"")
                .WithHint(hint(am.amname));
        }

        var (schema, name) = DdlContext.Qualified(DdlContext.Names(names));
        var found = catalog.OpclassesByName(name).FirstOrDefault(o => o.opcmethod == am.oid && (schema is null || catalog.Namespace(o.opcnamespace)?.nspname == schema))
            ?? throw new PgException(SqlState.UndefinedObject, $"operator class \"{string.Join('.', DdlContext.Names(names))}\" does not exist for access method \"{am.amname}\"");
        var input = found.opcintype;
        var accepts = input is Types.TypeOid.AnyArray or Types.TypeOid.AnyElement or Types.TypeOid.AnyEnum or Types.TypeOid.AnyRange or Types.TypeOid.AnyMultirange
            || Coercion.IsBinaryCoercible(catalog, type, input);
        return accepts
            ? found
            : throw new PgException(SqlState.DatatypeMismatch, $"operator class \"{name}\" does not accept data type {DdlExpressions.FormatType(ddl, type)}");
    }
}

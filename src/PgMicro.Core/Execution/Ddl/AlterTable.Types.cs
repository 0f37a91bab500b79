using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <content>ALTER COLUMN … TYPE.</content>
internal static partial class AlterTable
{
    private static void ColumnType(DdlContext ddl, uint oid, Pg.AlterTableCmd command)
    {
        var before = ddl.Catalog;
        var relation = Relation(ddl, oid);
        var column = Column(ddl, oid, command.Name);
        var definition = command.Def.ColumnDef;
        var name = definition.TypeName.Clone();
        name.Location = -1;
        var (type, typmod) = TypeNames.Resolve(ddl.ParseState, name);
        RelationRows.CheckType(ddl, column.attname, type, relation.relkind);
        if (relation.relkind == 'c')
        {
            CompositeTypes.RejectStoredRows(ddl, relation);
            AttributeType(ddl, column, definition, type, typmod);
            return;
        }

        var collation = ColumnDefinitions.Collation(ddl, definition, type);
        if (column.attgenerated != 0 && definition.RawDefault is not null)
        {
            throw new PgException(SqlState.InvalidColumnDefinition, "cannot specify USING when altering type of generated column").WithDetail($"Column \"{column.attname}\" is a generated column.");
        }

        var transform = DdlExpressions.BindTransform(ddl, definition.RawDefault, relation, column, type, typmod);
        if (RequiresRewrite(ddl, transform))
        {
            ddl.NoteRewrite(oid, EventTriggers.RewriteReason.Column);
        }

        RejectUsers(ddl, relation, column);
        CompositeTypes.RejectStoredRows(ddl, relation);
        var sql = DdlExpressions.Lower(ddl, transform, before, oid);
        var isRepeatable = DdlExpressions.IsRepeatable(ddl, transform, before, oid);
        var oldDefault = ddl.Catalog.Attrdef(oid, column.attnum) is { } stored ? BoundTreeSerializer.DeserializeExpr(stored.adbin) : null;
        BoundExpr? newDefault = null;
        if (oldDefault is not null)
        {
            newDefault = Coercion.CoerceToTargetType(
                ddl.ParseState, StripImplicit(oldDefault), StripImplicit(oldDefault).Type, type, typmod, CoercionContext.Assignment, CoercionForm.ImplicitCast, -1)
                ?? throw new PgException(
                    SqlState.DatatypeMismatch,
                    $"{(column.attgenerated != 0 ? "generation expression" : "default")} for column \"{column.attname}\" cannot be cast automatically to type {DdlExpressions.FormatType(ddl, type)}");
            Collations.Assign(ddl.ParseState, newDefault);
        }

        // Expressions are kept as trees whose references know the column's type: they are read anew from their text.
        var dependents = DefinitionTexts.Of(ddl, oid, column.attnum);
        var address = ObjectAddress.Relation(oid, column.attnum);
        ddl.ForgetDependencies(address, static d => d.refclassid is PgType.RelationOid or PgCollation.RelationOid);
        ddl.Put(RelationRows.WithType(ddl, column, type, typmod, collation, definition.TypeName.ArrayBounds.Count));
        foreach (var statistic in ddl.Catalog.Find(PgStatistic.ByRelation, new(oid)).Where(s => s.staattnum == column.attnum))
        {
            ddl.Remove(statistic);
        }

        foreach (var statistics in ddl.Catalog.StatisticsOf(oid))
        {
            if (statistics.stxkeys.Contains(column.attnum) || StatisticsObjects.Expressions(statistics).Exists(e => DdlExpressions.Columns(e).Contains(column.attnum)))
            {
                // PostgreSQL makes the object anew, and forgets its target then.
                ddl.Put(statistics with { stxstattarget = null });
                foreach (var data in ddl.Catalog.Find(PgStatisticExtData.ByObject, new(statistics.oid)))
                {
                    ddl.Remove(data);
                }
            }
        }

        ddl.DependOnType(address, type);
        ddl.DependOnCollation(address, collation);
        if (newDefault is not null)
        {
            RemoveDefault(ddl, oid, Column(ddl, oid, command.Name));
            ddl.Put(Column(ddl, oid, command.Name) with { attgenerated = column.attgenerated });
            CreateTable.StoreDefault(ddl, oid, column.attnum, newDefault, column.attgenerated);
        }

        if (column.attidentity != 0 && !relation.relispartition)
        {
            var asType = new Pg.Node { DefElem = new Pg.DefElem { Defname = "as", Arg = new Pg.Node { TypeName = definition.TypeName }, Location = -1 } };
            Sequences.Alter(ddl, ddl.Catalog.SequenceOwnedBy(oid, column.attnum, identityOnly: true), [asType], forIdentity: true);
        }

        WithoutPosition(() =>
        {
            dependents.Restore(ddl);
            return 0;
        });
        foreach (var index in ddl.Catalog.IndexesOf(oid))
        {
            RetypeIndex(ddl, index, column.attnum);
        }

        foreach (var key in ddl.Catalog.ConstraintsOf(oid).Concat(ddl.Catalog.ForeignKeysReferencing(oid)).Where(static c => c.contype == 'f').Distinct().ToList())
        {
            if ((key.conrelid == oid && key.conkey!.Contains(column.attnum)) || (key.confrelid == oid && key.confkey!.Contains(column.attnum)))
            {
                Constraints.RefreshOperators(ddl, key);
            }
        }

        SqliteTables.Adapt(ddl, before, oid, new Dictionary<short, string> { [column.attnum] = sql }, isRepeatable);
        foreach (var constraint in ddl.Catalog.ConstraintsOf(oid))
        {
            if (constraint is { contype: 'c', convalidated: true } && constraint.conkey?.Contains(column.attnum) == true)
            {
                Validate(ddl, constraint);
            }
        }
    }

    // ATColumnChangeRequiresRewrite: a value that keeps its form stays as it is.
    private static bool RequiresRewrite(DdlContext ddl, BoundExpr expr)
    {
        while (true)
        {
            switch (expr)
            {
                case BoundVar:
                    return false;
                case BoundRelabelType relabel:
                    expr = relabel.Arg;
                    break;
                case BoundCoerceToDomain domain when !HasConstraints(ddl.Catalog, domain.Type):
                    expr = domain.Arg;
                    break;
                case BoundFuncExpr { Type: TypeOid.Varchar or TypeOid.Varbit, Args: [var value, BoundConst { Value.IsNull: false } limit, ..] } cast
                    when value.Type == cast.Type && (limit.Value.Int64 < 0 || (value.Typmod >= 0 && value.Typmod <= limit.Value.Int64)):
                    expr = value;
                    break;
                case BoundFuncExpr { Type: TypeOid.Timestamp or TypeOid.Timestamptz or TypeOid.Time or TypeOid.Timetz, Args: [var time, BoundConst { Value.IsNull: false } precision] } cast
                    when time.Type == cast.Type && (precision.Value.Int64 is < 0 or 6 || (time.Typmod >= 0 && time.Typmod <= precision.Value.Int64)):
                    expr = time;
                    break;
                case BoundFuncExpr { Type: TypeOid.Numeric, Args: [var number, BoundConst { Value.IsNull: false } scale] }
                    when number.Type == TypeOid.Numeric && IsWiderNumeric(number.Typmod, (int)scale.Value.Int64):
                    expr = number;
                    break;
                default:
                    return true;
            }
        }
    }

    // DomainHasConstraints.
    private static bool HasConstraints(CatalogSnapshot catalog, uint type)
    {
        for (var domain = catalog.Type(type); domain is { typtype: 'd' }; domain = catalog.Type(domain.typbasetype))
        {
            if (domain.typnotnull || catalog.Rows(PgConstraint.Relation).Any(c => c.contypid == domain.oid))
            {
                return true;
            }
        }

        return false;
    }

    // The typmod of numeric(p, s) is p in its upper half and s in its lower one, and 4.
    private static bool IsWiderNumeric(int from, int to) =>
        to < 4 || (from >= 4 && ((from - 4) & 0xFFFF) == ((to - 4) & 0xFFFF) && (from - 4) >> 16 <= (to - 4) >> 16);

    // No row is stored by the type: only its description changes.
    private static void AttributeType(DdlContext ddl, PgAttribute attribute, Pg.ColumnDef definition, uint type, int typmod)
    {
        var collation = ColumnDefinitions.Collation(ddl, definition, type);
        RejectUsers(ddl, Relation(ddl, attribute.attrelid), attribute);
        var dependents = DefinitionTexts.Of(ddl, attribute.attrelid, attribute.attnum);
        var address = ObjectAddress.Relation(attribute.attrelid, attribute.attnum);
        ddl.ForgetDependencies(address, static d => d.refclassid is PgType.RelationOid or PgCollation.RelationOid);
        ddl.Put(RelationRows.WithType(ddl, attribute, type, typmod, collation, definition.TypeName.ArrayBounds.Count));
        ddl.DependOnType(address, type);
        ddl.DependOnCollation(address, collation);
        WithoutPosition(() =>
        {
            dependents.Restore(ddl);
            return 0;
        });
    }

    private static BoundExpr StripImplicit(BoundExpr expr) => expr switch
    {
        BoundFuncExpr { FuncFormat: CoercionForm.ImplicitCast } call => StripImplicit(call.Args[0]),
        BoundRelabelType { RelabelFormat: CoercionForm.ImplicitCast } relabel => StripImplicit(relabel.Arg),
        BoundCoerceViaIO { CoerceFormat: CoercionForm.ImplicitCast } io => StripImplicit(io.Arg),
        BoundCoerceToDomain { CoercionFormat: CoercionForm.ImplicitCast } domain => StripImplicit(domain.Arg),
        _ => expr,
    };

    private static void RejectUsers(DdlContext ddl, PgClass relation, PgAttribute column)
    {
        foreach (var depend in Dependency.FindDependents(ddl.Catalog, ObjectAddress.Relation(relation.oid, column.attnum)))
        {
            if (depend.refobjsubid != column.attnum)
            {
                continue;
            }

            if (depend.classid == PgRewrite.RelationOid)
            {
                throw new PgException(SqlState.FeatureNotSupported, "cannot alter type of a column used by a view or rule").WithDetail(
                    $"{ObjectDescriptions.Describe(ddl.Catalog, new(depend.classid, depend.objid), [.. ddl.LookupPath()])} depends on column \"{column.attname}\"");
            }

            if (depend.classid == PgPolicy.RelationOid)
            {
                throw new PgException(SqlState.FeatureNotSupported, "cannot alter type of a column used in a policy definition").WithDetail(
                    $"{ObjectDescriptions.Describe(ddl.Catalog, new(depend.classid, depend.objid), [.. ddl.LookupPath()])} depends on column \"{column.attname}\"");
            }

            if (depend.classid == PgPublicationRel.RelationOid)
            {
                throw new PgException(SqlState.FeatureNotSupported, "cannot alter type of a column used by a publication WHERE clause").WithDetail(
                    $"{ObjectDescriptions.Describe(ddl.Catalog, new(depend.classid, depend.objid), [.. ddl.LookupPath()])} depends on column \"{column.attname}\"");
            }

            if (depend.classid == PgTrigger.RelationOid)
            {
                throw new PgException(SqlState.FeatureNotSupported, "cannot alter type of a column used in a trigger definition").WithDetail(
                    $"{ObjectDescriptions.Describe(ddl.Catalog, new(depend.classid, depend.objid), [.. ddl.LookupPath()])} depends on column \"{column.attname}\"");
            }

            if (depend.classid == PgAttrdef.RelationOid && ddl.Catalog.Find(PgAttrdef.Relation, new CatalogKey(depend.objid)) is { } attrdef && attrdef.adnum != column.attnum)
            {
                throw new PgException(SqlState.FeatureNotSupported, "cannot alter type of a column used by a generated column").WithDetail(
                    $"Column \"{column.attname}\" is used by generated column \"{ddl.Catalog.Attribute(attrdef.adrelid, attrdef.adnum)!.attname}\".");
            }
        }
    }

    // The index's column takes the new type, and the operator class of that type if it had the default one.
    private static void RetypeIndex(DdlContext ddl, PgIndex index, short attnum)
    {
        var catalog = ddl.Catalog;
        var column = catalog.Attribute(index.indrelid, attnum)!;
        for (var i = 0; i < index.indnatts; i++)
        {
            if (index.indkey[i] != attnum)
            {
                continue;
            }

            ddl.Put(RelationRows.WithType(ddl, catalog.Attribute(index.indexrelid, i + 1)!, column.atttypid, column.atttypmod, column.attcollation, 0));
            if (i >= index.indnkeyatts)
            {
                continue;
            }

            var am = catalog.Class(index.indexrelid)!.relam;
            var opclass = catalog.DefaultOpclass(am, column.atttypid) ?? throw new PgException(
                SqlState.UndefinedObject,
                $"data type {DdlExpressions.FormatType(ddl, column.atttypid)} has no default operator class for access method \"{catalog.Am(am)!.amname}\"")
                .WithHint("You must specify an operator class for the index or define a default operator class for the data type.");
            var (classes, collations) = ((uint[])index.indclass.Clone(), (uint[])index.indcollation.Clone());
            classes[i] = catalog.Opclass(classes[i])!.opcdefault ? opclass.oid : classes[i];
            collations[i] = column.attcollation;
            index = ddl.Put(index with { indclass = classes, indcollation = collations });
        }
    }
}

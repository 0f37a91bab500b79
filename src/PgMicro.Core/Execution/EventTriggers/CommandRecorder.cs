using PgMicro.Core.Binding;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using Case = PgQuery.Node.NodeOneofCase;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.EventTriggers;

/// <summary>
/// Notes, for event triggers, which object a statement makes or changes. One that is altered is looked up before the statement runs; one that is
/// made is the first row of its kind that the statement writes. Statements that make several tell of them themselves (<see cref="DdlContext.Collect"/>).
/// </summary>
internal sealed class CommandRecorder(EventTriggerState state, Pg.Node statement)
{
    private readonly List<CatalogRow> _written = [];
    private ObjectAddress? _altered;

    /// <summary>The statement that notes of it go to.</summary>
    internal EventTriggerState State => state;

    /// <summary>A row has been written.</summary>
    internal void Note(CatalogRow row) => _written.Add(row);

    /// <summary>Looks up what the statement alters. What is missing is for the statement to tell.</summary>
    internal void Before(DdlContext ddl)
    {
        try
        {
            _altered = Altered(ddl);
        }
        catch (PgException)
        {
            _altered = null;
        }
    }

    /// <summary>Notes what the statement has done.</summary>
    internal void After(DdlContext ddl, string tag)
    {
        switch (statement.NodeCase)
        {
            case Case.GrantStmt:
                state.CollectGrant(tag, Kind(statement.GrantStmt.Objtype));
                return;
            case Case.AlterDefaultPrivilegesStmt:
                state.CollectGrant(tag, Kind(statement.AlterDefaultPrivilegesStmt.Action.Objtype) + "S");
                return;
            case Case.ReindexStmt:
                Reindexed(ddl, tag);
                return;
            case Case.ViewStmt when _written.OfType<PgClass>().FirstOrDefault(static c => c.relkind == 'v') is { } view:
                // A view that is replaced is altered before.
                for (var i = _altered is null ? 1 : 0; i < 2; i++)
                {
                    state.Collect(tag, ObjectAddress.Relation(view.oid));
                }

                return;
        }

        if (_altered is { } altered)
        {
            state.Collect(tag, altered);
        }
        else if (Made(statement) is { } relation && _written.Find(r => r.Table.Oid == relation && r is not PgType { typcategory: 'A' } and not PgType { typelem: not 0, typlen: -1 }) is { } made)
        {
            state.Collect(tag, new(relation, (uint)made.Key.A));
        }
    }

    private static uint? Made(Pg.Node statement) => statement.NodeCase switch
    {
        Case.IndexStmt => PgClass.RelationOid,
        Case.CreateTrigStmt => PgTrigger.RelationOid,
        Case.CreateEnumStmt or Case.CreateRangeStmt or Case.CreateDomainStmt or Case.CompositeTypeStmt => PgType.RelationOid,
        Case.CreateFunctionStmt => PgProc.RelationOid,
        Case.CreateExtensionStmt => PgExtension.RelationOid,
        Case.CreateOpClassStmt => PgOpclass.RelationOid,
        Case.CreateOpFamilyStmt => PgOpfamily.RelationOid,
        Case.CreateCastStmt => PgCast.RelationOid,
        Case.RuleStmt => PgRewrite.RelationOid,
        Case.CreateStatsStmt => PgStatisticExt.RelationOid,
        Case.CreatePolicyStmt => PgPolicy.RelationOid,
        Case.CreatePublicationStmt => PgPublication.RelationOid,
        Case.CreateSubscriptionStmt => PgSubscription.RelationOid,
        Case.CreateFdwStmt or Case.AlterFdwStmt => PgForeignDataWrapper.RelationOid,
        Case.CreateForeignServerStmt or Case.AlterForeignServerStmt => PgForeignServer.RelationOid,
        Case.CreateUserMappingStmt or Case.AlterUserMappingStmt => PgUserMapping.RelationOid,
        Case.CreateAmStmt => PgAm.RelationOid,
        Case.CreateConversionStmt => PgConversion.RelationOid,
        Case.CreatePlangStmt => PgLanguage.RelationOid,
        Case.CreateTransformStmt => PgTransform.RelationOid,
        Case.DefineStmt => statement.DefineStmt.Kind switch
        {
            Pg.ObjectType.ObjectTsdictionary => PgTsDict.RelationOid,
            Pg.ObjectType.ObjectTsconfiguration => PgTsConfig.RelationOid,
            Pg.ObjectType.ObjectOperator => PgOperator.RelationOid,
            Pg.ObjectType.ObjectAggregate => PgProc.RelationOid,
            Pg.ObjectType.ObjectType => PgType.RelationOid,
            _ => PgCollation.RelationOid,
        },
        _ => null,
    };

    private ObjectAddress? Altered(DdlContext ddl)
    {
        switch (statement.NodeCase)
        {
            case Case.ViewStmt when statement.ViewStmt.Replace:
                return Relation(ddl, statement.ViewStmt.View);
            case Case.AlterSeqStmt:
                return Relation(ddl, statement.AlterSeqStmt.Sequence);
            case Case.AlterEnumStmt:
                return Object(ddl, Pg.ObjectType.ObjectType, TypeName(statement.AlterEnumStmt.TypeName));
            case Case.AlterDomainStmt:
                return Object(ddl, Pg.ObjectType.ObjectType, TypeName(statement.AlterDomainStmt.TypeName));
            case Case.AlterTypeStmt:
                return Object(ddl, Pg.ObjectType.ObjectType, TypeName(statement.AlterTypeStmt.TypeName));
            case Case.AlterFunctionStmt:
                return Object(ddl, statement.AlterFunctionStmt.Objtype, new Pg.Node { ObjectWithArgs = statement.AlterFunctionStmt.Func });
            case Case.AlterExtensionStmt:
                return Object(ddl, Pg.ObjectType.ObjectExtension, ColumnDefinitions.Name(statement.AlterExtensionStmt.Extname));
            case Case.AlterStatsStmt:
                return Object(ddl, Pg.ObjectType.ObjectStatisticExt, List(statement.AlterStatsStmt.Defnames));
            case Case.AlterCollationStmt:
                return Object(ddl, Pg.ObjectType.ObjectCollation, List(statement.AlterCollationStmt.Collname));
            case Case.AlterTsdictionaryStmt:
                return Object(ddl, Pg.ObjectType.ObjectTsdictionary, List(statement.AlterTsdictionaryStmt.Dictname));
            case Case.AlterTsconfigurationStmt:
                return Object(ddl, Pg.ObjectType.ObjectTsconfiguration, List(statement.AlterTsconfigurationStmt.Cfgname));
            case Case.AlterPolicyStmt:
                return OfRelation(ddl, Pg.ObjectType.ObjectPolicy, statement.AlterPolicyStmt.Table, statement.AlterPolicyStmt.PolicyName);
            case Case.CommentStmt:
                return Object(ddl, statement.CommentStmt.Objtype, statement.CommentStmt.Object);
            case Case.AlterObjectDependsStmt when statement.AlterObjectDependsStmt.Object is { } depending:
                return Object(ddl, statement.AlterObjectDependsStmt.ObjectType, depending);
            case Case.AlterOwnerStmt:
                var owner = statement.AlterOwnerStmt;
                return owner.Relation is not null ? Relation(ddl, owner.Relation) : Object(ddl, owner.ObjectType, TypeOrObject(owner.ObjectType, owner.Object));
            case Case.AlterObjectSchemaStmt:
                var moved = statement.AlterObjectSchemaStmt;
                return moved.Relation is not null ? Relation(ddl, moved.Relation) : Object(ddl, moved.ObjectType, TypeOrObject(moved.ObjectType, moved.Object));
            case Case.RenameStmt:
                return Renamed(ddl, statement.RenameStmt);
            default:
                return null;
        }
    }

    private static ObjectAddress? Renamed(DdlContext ddl, Pg.RenameStmt rename)
    {
        switch (rename.RenameType)
        {
            case Pg.ObjectType.ObjectColumn or Pg.ObjectType.ObjectAttribute:
                return Relation(ddl, rename.Relation) is { } table && ddl.Catalog.FindAttribute(table.ObjectId, rename.Subname) is { } column ? table with { SubId = column.attnum } : null;
            case Pg.ObjectType.ObjectTabconstraint:
                return OfRelation(ddl, rename.RenameType, rename.Relation, rename.Subname);
            case Pg.ObjectType.ObjectTrigger or Pg.ObjectType.ObjectPolicy or Pg.ObjectType.ObjectRule:
                return OfRelation(ddl, rename.RenameType, rename.Relation, rename.Subname);
            case Pg.ObjectType.ObjectDomconstraint:
                var item = new Pg.List();
                item.Items.Add(new Pg.Node { TypeName = TypeNameOf(rename.Object.List.Items) });
                item.Items.Add(ColumnDefinitions.Name(rename.Subname));
                return Object(ddl, rename.RenameType, new Pg.Node { List = item });
            default:
                return rename.Relation is not null ? Relation(ddl, rename.Relation)
                    : rename.Object is null ? Object(ddl, rename.RenameType, ColumnDefinitions.Name(rename.Subname))
                    : Object(ddl, rename.RenameType, TypeOrObject(rename.RenameType, rename.Object));
        }
    }

    private void Reindexed(DdlContext ddl, string tag)
    {
        var reindex = statement.ReindexStmt;
        if (reindex.Kind is not (Pg.ReindexObjectType.ReindexObjectIndex or Pg.ReindexObjectType.ReindexObjectTable) || Relation(ddl, reindex.Relation) is not { } named)
        {
            return;
        }

        foreach (var index in reindex.Kind == Pg.ReindexObjectType.ReindexObjectIndex ? [named.ObjectId] : ddl.Catalog.IndexesOf(named.ObjectId).Select(static i => i.indexrelid))
        {
            state.Collect(tag, ObjectAddress.Relation(index));
        }
    }

    private static ObjectAddress? OfRelation(DdlContext ddl, Pg.ObjectType type, Pg.RangeVar relation, string name)
    {
        var names = new Pg.List();
        if (relation.Schemaname.Length > 0)
        {
            names.Items.Add(ColumnDefinitions.Name(relation.Schemaname));
        }

        names.Items.Add(ColumnDefinitions.Name(relation.Relname));
        names.Items.Add(ColumnDefinitions.Name(name));
        return Object(ddl, type, new Pg.Node { List = names });
    }

    private static ObjectAddress? Object(DdlContext ddl, Pg.ObjectType type, Pg.Node item) => ObjectLookup.TryFind(ddl.ParseState, type, item, missingOk: true);

    private static ObjectAddress? Relation(DdlContext ddl, Pg.RangeVar name) => ddl.TryFindRelation(name) is { } found ? ObjectAddress.Relation(found.oid) : null;

    private static Pg.Node TypeOrObject(Pg.ObjectType type, Pg.Node item) =>
        type is Pg.ObjectType.ObjectType or Pg.ObjectType.ObjectDomain ? new Pg.Node { TypeName = TypeNameOf(item.List.Items) } : item;

    private static Pg.Node TypeName(IEnumerable<Pg.Node> names) => new() { TypeName = TypeNameOf(names) };

    private static Pg.TypeName TypeNameOf(IEnumerable<Pg.Node> names)
    {
        var name = new Pg.TypeName { Typemod = -1, Location = -1 };
        name.Names.AddRange(names);
        return name;
    }

    private static Pg.Node List(IEnumerable<Pg.Node> names)
    {
        var list = new Pg.List();
        list.Items.AddRange(names);
        return new Pg.Node { List = list };
    }

    // stringify_grant_objtype.
    private static string Kind(Pg.ObjectType type) => type switch
    {
        Pg.ObjectType.ObjectFdw => "FOREIGN DATA WRAPPER",
        Pg.ObjectType.ObjectForeignServer => "FOREIGN SERVER",
        Pg.ObjectType.ObjectLargeobject => "LARGE OBJECT",
        _ => Drop.Word(type),
    };
}

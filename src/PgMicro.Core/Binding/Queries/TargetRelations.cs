using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Binding.Queries;

/// <summary>The target of INSERT, UPDATE, DELETE (the rules of setTargetTable).</summary>
internal static class TargetRelations
{
    internal static ParseNamespaceItem Set(ParseState pstate, Pg.RangeVar range, bool alsoSource, bool forMerge = false)
    {
        EphemeralTables.RejectAsTarget(pstate, range);
        var relation = NameResolution.FindRelation(pstate, range.Catalogname, range.Schemaname, range.Relname, range.Location);
        if (relation.relkind is 'S')
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot change sequence \"{relation.relname}\"");
        }

        if (relation.relkind is 'i' or 'I' or 'c')
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot open relation \"{relation.relname}\"")
                .WithDetail(relation.relkind == 'c' ? "This operation is not supported for composite types." : "This operation is not supported for indexes.").At(range.Location);
        }

        if (relation.relkind is 'm' && !forMerge)
        {
            throw new PgException(SqlState.WrongObjectType, $"cannot change materialized view \"{relation.relname}\"");
        }

        if (relation.oid < Catalog.BuiltInOids.FirstNormalObjectId && relation.relkind != 'v')
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied: \"{relation.relname}\" is a system catalog");
        }

        pstate.TargetRelation = relation;
        var item = RangeTableEntries.AddRelation(pstate, relation, range.Alias, inFromCl: alsoSource, range.Location);
        item.Rte.Inh = range.Inh || !(alsoSource || forMerge);
        pstate.TargetItem = item;
        if (alsoSource)
        {
            pstate.AddItem(item, addToJoinList: true, addToRelNamespace: true, addToVarNamespace: true);
        }

        return item;
    }

    /// <summary>The column of a name.</summary>
    /// <exception cref="PgException">42703.</exception>
    internal static PgAttribute FindColumn(ParseState pstate, string name, int location, bool inInsert = false)
    {
        var relation = pstate.TargetRelation!;
        if (pstate.Catalog.FindAttribute(relation.oid, name) is { attnum: > 0 } attribute)
        {
            return attribute;
        }

        if (!inInsert && NameResolution.SystemColumn(name) is not null)
        {
            throw new PgException(SqlState.FeatureNotSupported, $"cannot assign to system column \"{name}\"").At(location);
        }

        throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" of relation \"{relation.relname}\" does not exist").At(location);
    }
}

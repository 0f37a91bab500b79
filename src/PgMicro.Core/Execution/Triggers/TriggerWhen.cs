using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using PgMicro.Core.Execution.Dml;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Triggers;

/// <summary>A trigger's WHEN: an expression over OLD, which is range table entry 1, and NEW, which is 2.</summary>
internal static class TriggerWhen
{
    internal const int OldVarno = 1;
    internal const int NewVarno = 2;

    /// <summary>Analyses WHEN.</summary>
    /// <exception cref="PgException">42P17 and 0A000 for references that such a trigger cannot have.</exception>
    internal static BoundExpr Bind(DdlContext ddl, Pg.Node clause, PgClass relation, TriggerType type)
    {
        var pstate = new BindingContext(ddl.Session, GivenParameters.None).NewState();
        pstate.ParamHooks = null;
        foreach (var name in (ReadOnlySpan<string>)["old", "new"])
        {
            var item = RangeTableEntries.AddRelation(pstate, relation, new Pg.Alias { Aliasname = name }, inFromCl: false);
            pstate.AddItem(item, addToJoinList: false, addToRelNamespace: true, addToVarNamespace: true);
        }

        var when = Where.Transform(pstate, clause, ParseExprKind.TriggerWhen, "WHEN")!;
        Binding.Expressions.Collations.Assign(pstate, when);
        foreach (var variable in VarCollector.Collect(when))
        {
            Check(ddl.Catalog, relation, type, variable);
        }

        return when;
    }

    /// <summary>The same over one relation: what refers to NEW refers to OLD.</summary>
    internal static BoundExpr OverOne(BoundExpr when) => new VarReplacer(NewVarno, static v =>
    {
        var copy = (BoundVar)v.ShallowCopy();
        copy.Varno = OldVarno;
        return copy;
    }).Rewrite(when);

    /// <summary>The same for a partition: its columns, and its rows as the table's.</summary>
    internal static BoundExpr ForPartition(BoundExpr when, AttributeMap map, uint rowType)
    {
        if (when is not BoundVar { Varlevelsup: 0 } variable)
        {
            return when.MapChildren(child => ForPartition(child, map, rowType));
        }

        var copy = (BoundVar)variable.ShallowCopy();
        if (variable.Varattno != 0)
        {
            copy.Varattno = map[variable.Varattno];
            return copy;
        }

        copy.Type = rowType;
        return new BoundConvertRowtypeExpr { Arg = copy, Type = variable.Type, ConvertFormat = CoercionForm.ImplicitCast, Location = variable.Location };
    }

    private static void Check(CatalogSnapshot catalog, PgClass relation, TriggerType type, BoundVar variable)
    {
        if ((type & TriggerType.Row) == 0)
        {
            throw Invalid("statement trigger's WHEN condition cannot reference column values", variable);
        }

        if (variable.Varno == OldVarno)
        {
            if ((type & TriggerType.Insert) != 0)
            {
                throw Invalid("INSERT trigger's WHEN condition cannot reference OLD values", variable);
            }

            return;
        }

        if ((type & TriggerType.Delete) != 0)
        {
            throw Invalid("DELETE trigger's WHEN condition cannot reference NEW values", variable);
        }

        if ((type & TriggerType.Before) == 0)
        {
            return;
        }

        if (variable.Varattno < 0)
        {
            throw new PgException(SqlState.FeatureNotSupported, "BEFORE trigger's WHEN condition cannot reference NEW system columns").At(variable.Location);
        }

        const string Generated = "BEFORE trigger's WHEN condition cannot reference NEW generated columns";
        if (variable.Varattno == 0 && catalog.Attributes(relation.oid).Any(static a => a is { attisdropped: false, attgenerated: 's' }))
        {
            throw Invalid(Generated, variable).WithDetail("A whole-row reference is used and the table contains generated columns.");
        }

        if (variable.Varattno > 0 && catalog.Attribute(relation.oid, variable.Varattno) is { attgenerated: 's' } column)
        {
            throw Invalid(Generated, variable).WithDetail($"Column \"{column.attname}\" is a generated column.");
        }
    }

    private static PgException Invalid(string message, BoundVar variable) => new PgException(SqlState.InvalidObjectDefinition, message).At(variable.Location);
}

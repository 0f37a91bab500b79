using System.Text.Json;
using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Deparse;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions;
using PgMicro.Core.Types;

namespace PgMicro.Core.Execution.Definitions;

/// <summary>The pg_get_… functions: catalog objects as SQL. They stand above Functions because the binder's trees are printed.</summary>
internal static class DefinitionFunctions
{
    [PgFunction("pg_get_expr(pg_node_tree,oid)")]
    public static string? Expr(FunctionContext context, string tree, uint relation) => Expr(context, tree, relation, false);

    [PgFunction("pg_get_expr(pg_node_tree,oid,boolean)")]
    public static string? Expr(FunctionContext context, string tree, uint relation, bool pretty)
    {
        if (relation != 0 && context.Catalog.Class(relation) is null)
        {
            return null;
        }

        // pg_index.indexprs is a list.
        var deparser = Deparser(context, pretty);
        return tree.StartsWith('[')
            ? string.Join(", ", JsonSerializer.Deserialize<string[]>(tree)!.Select(item => deparser.Expr(item, relation)))
            : deparser.Expr(tree, relation);
    }

    [PgFunction("pg_get_indexdef(oid)")]
    public static string? IndexDef(FunctionContext context, uint index) => Deparser(context, false).IndexDef(index);

    [PgFunction("pg_get_indexdef(oid,integer,boolean)")]
    public static string? IndexDef(FunctionContext context, uint index, int column, bool pretty) =>
        column == 0 ? Deparser(context, pretty).IndexDef(index) : Deparser(context, pretty).IndexColumnDef(index, column);

    [PgFunction("pg_get_constraintdef(oid)")]
    public static string? ConstraintDef(FunctionContext context, uint constraint) => ConstraintDef(context, constraint, false);

    [PgFunction("pg_get_constraintdef(oid,boolean)")]
    public static string? ConstraintDef(FunctionContext context, uint constraint, bool pretty) =>
        context.Catalog.Constraint(constraint) is { contype: 'c', conbin: null } builtIn
            ? builtIn.conname switch
            {
                // The two domains of information_schema: their expressions are exported without a tree.
                "cardinal_number_domain_check" => "CHECK ((VALUE >= 0))",
                "yes_or_no_check" => "CHECK (((VALUE)::text = ANY ((ARRAY['YES'::character varying, 'NO'::character varying])::text[])))",
                _ => throw PgErrors.FeatureNotSupported($"printing check constraint \"{builtIn.conname}\""),
            }
            : Deparser(context, pretty).ConstraintDef(constraint);

    [PgFunction("pg_get_viewdef(oid)")]
    public static string? ViewDef(FunctionContext context, uint view) => ViewText(context, view, false, 0);

    [PgFunction("pg_get_viewdef(oid,boolean)")]
    public static string? ViewDef(FunctionContext context, uint view, bool pretty) => ViewText(context, view, pretty, 0);

    [PgFunction("pg_get_viewdef(oid,integer)")]
    public static string? ViewDef(FunctionContext context, uint view, int wrap) => ViewText(context, view, true, wrap);

    [PgFunction("pg_get_viewdef(text)")]
    public static string? ViewDef(FunctionContext context, string view) => ViewText(context, FindView(context, view), false, 0);

    [PgFunction("pg_get_viewdef(text,boolean)")]
    public static string? ViewDef(FunctionContext context, string view, bool pretty) => ViewText(context, FindView(context, view), pretty, 0);

    [PgFunction("pg_get_ruledef(oid)")]
    public static string? RuleDef(FunctionContext context, uint rule) => RuleDef(context, rule, false);

    [PgFunction("pg_get_ruledef(oid,boolean)")]
    public static string? RuleDef(FunctionContext context, uint rule, bool pretty) => context.Catalog.Find(PgRewrite.Relation, new(rule)) is { } row
        ? QueryDeparser.DeparseRule(context.Catalog, context, context.SearchPath(includeImplicit: true), pretty, row) : null;

    private static string? ViewText(FunctionContext context, uint view, bool pretty, int wrap)
    {
        BoundQuery query;
        if (SystemViews.GetDefinition(view) is { } definition)
        {
            if (!pretty || context is not PgSession session)
            {
                return definition;
            }

            query = Planner.BindSystemView(session, definition);
        }
        else if (context.Catalog.ViewRule(view) is { } rule)
        {
            query = BoundTreeSerializer.DeserializeQuery(rule.ev_action);
        }
        else
        {
            return null;
        }

        var names = context.Catalog.Attributes(view).Where(static a => !a.attisdropped).Select(static a => a.attname).ToArray();
        return QueryDeparser.Deparse(context.Catalog, context, context.SearchPath(includeImplicit: true), pretty, wrap, query, names) + ";";
    }

    private static uint FindView(FunctionContext context, string name) =>
        (context.Reg ?? throw PgErrors.FeatureNotSupported("pg_get_viewdef without a catalog")).FindRelation(name);

    [PgFunction("pg_get_triggerdef(oid)")]
    public static string? TriggerDef(FunctionContext context, uint trigger) => Deparser(context, false).TriggerDef(trigger, qualified: true);

    [PgFunction("pg_get_triggerdef(oid,boolean)")]
    public static string? TriggerDef(FunctionContext context, uint trigger, bool pretty) => Deparser(context, pretty).TriggerDef(trigger, qualified: !pretty);

    [PgFunction("pg_get_partkeydef(oid)")]
    public static string? PartitionKey(FunctionContext context, uint relation) =>
        Deparser(context, false).PartitionKeyDef(relation);

    [PgFunction("pg_get_partition_constraintdef(oid)")]
    public static string? PartitionConstraint(FunctionContext context, uint relation) =>
        Partitioning.PartitionConstraint.Of(context.Catalog, relation) is { } constraint
            ? Deparser(context, false).Expr(Planner.FoldConstants((PgSession)context, constraint), relation)
            : null;

    [PgFunction("pg_relation_is_updatable(regclass,boolean)")]
    public static int IsUpdatable(FunctionContext context, uint relation, bool includeTriggers) => context.Catalog.Class(relation)?.relkind switch
    {
        // Bits of CmdType: UPDATE 2, INSERT 3, DELETE 4.
        'r' or 'p' => (1 << 2) | (1 << 3) | (1 << 4),
        'v' when SystemViews.Find(relation) is null => Dml.ViewUpdatability.Events(context.Catalog, relation, 0, includeTriggers),
        _ => 0,
    };

    [PgFunction("pg_column_is_updatable(regclass,smallint,boolean)")]
    public static bool IsUpdatable(FunctionContext context, uint relation, short column, bool includeTriggers) =>
        column > 0 && ((context.Catalog.Class(relation) is { relkind: 'v' } && SystemViews.Find(relation) is null
            ? Dml.ViewUpdatability.Events(context.Catalog, relation, column, includeTriggers)
            : IsUpdatable(context, relation, includeTriggers)) & ((1 << 2) | (1 << 4))) == ((1 << 2) | (1 << 4));

    [PgFunction("pg_sequence_last_value(regclass)")]
    public static long? SequenceLastValue(FunctionContext context, uint sequence)
    {
        var session = (PgSession)context;
        session.LockSequence(sequence);
        return context.Catalog.Sequence(sequence) is { } row
            && session.Database.Transactions.Sequences.Get(session.Connection, row) is { IsCalled: true } state
            ? state.LastValue
            : null;
    }

    [PgFunction("pg_database_size(name)")]
    public static long DatabaseSize(FunctionContext context, string name) => name == context.DatabaseName
        ? Size(context)
        : ((PgSession)context).Database.Cluster.SizeOf(name);

    [PgFunction("pg_database_size(oid)")]
    public static long? DatabaseSize(FunctionContext context, uint database) =>
        ((PgSession)context).DatabaseRows().FirstOrDefault(r => r.oid == database) is { } row ? DatabaseSize(context, row.datname) : null;

    private static long Size(FunctionContext context)
    {
        var connection = ((PgSession)context).Connection;
        return connection.QueryInt64("PRAGMA page_count") * connection.QueryInt64("PRAGMA page_size");
    }

    private static CatalogDeparser Deparser(FunctionContext context, bool pretty) =>
        new(context.Catalog, context, context.SearchPath(includeImplicit: true), pretty);
}

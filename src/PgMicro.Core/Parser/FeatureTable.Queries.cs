namespace PgMicro.Core.Parser;

internal static partial class FeatureTable
{
    // Statements that read and change rows, and their clauses.
    private const string Queries = """
        Alias: aliasname colnames
        CTECycleClause: cycle_col_list cycle_mark_column cycle_mark_value cycle_mark_default cycle_path_column ~location !cycle_mark_type {analysed
            CTECycleClause.cycle_mark_type} !cycle_mark_typmod {analysed CTECycleClause.cycle_mark_typmod} !cycle_mark_collation {analysed
            CTECycleClause.cycle_mark_collation} !cycle_mark_neop {analysed CTECycleClause.cycle_mark_neop}
        CTESearchClause: search_col_list search_breadth_first search_seq_column ~location
        CommonTableExpr: ctename aliascolnames ctematerialized ctequery search_clause cycle_clause
            ~location !cterecursive {analysed CommonTableExpr.cterecursive} !cterefcount {analysed CommonTableExpr.cterefcount}
            !ctecolnames {analysed CommonTableExpr.ctecolnames} !ctecoltypes {analysed CommonTableExpr.ctecoltypes} !ctecoltypmods
            {analysed CommonTableExpr.ctecoltypmods} !ctecolcollations {analysed CommonTableExpr.ctecolcollations}
        DeleteStmt: relation using_clause where_clause returning_list with_clause
        GroupingSet: kind content ~location
        IndexElem: name expr indexcolname collation opclass opclassopts ordering nulls_ordering
        InferClause: index_elems where_clause conname ~location
        InsertStmt: relation cols select_stmt on_conflict_clause returning_list with_clause override
        IntoClause: rel col_names access_method options on_commit table_space_name !view_query {analysed
            IntoClause.view_query} skip_data
        JoinExpr: jointype is_natural larg rarg using_clause join_using_alias quals alias ~rtindex
        LockingClause: locked_rels strength wait_policy
        MergeStmt: relation source_relation join_condition merge_when_clauses returning_list with_clause
        MergeWhenClause: match_kind command_type override condition target_list values
        MultiAssignRef: source colno ncolumns
        Node: *
        OnConflictClause: action infer target_list where_clause ~location
        !PLAssignStmt {PL/pgSQL assignment}
        ParseResult: ~version stmts
        RangeFunction: lateral ordinality is_rowsfrom functions alias coldeflist
        RangeSubselect: lateral subquery alias
        RangeTableFunc: lateral docexpr rowexpr namespaces columns alias ~location
        RangeTableFuncCol: colname type_name for_ordinality is_not_null colexpr coldefexpr ~location
        RangeTableSample: relation method args repeatable ~location
        RangeVar: catalogname schemaname relname inh relpersistence alias ~location
        RawStmt: stmt ~stmt_location ~stmt_len
        ResTarget: name indirection val ~location
        ReturnStmt: returnval
        RoleSpec: roletype rolename ~location
        SelectStmt: distinct_clause into_clause target_list from_clause where_clause group_clause group_distinct having_clause
            window_clause values_lists sort_clause limit_offset limit_count limit_option locking_clause with_clause op all larg rarg
        SortBy: node sortby_dir sortby_nulls use_op ~location
        UpdateStmt: relation target_list where_clause from_clause returning_list with_clause
        WindowDef: name refname partition_clause order_clause frame_options start_offset end_offset ~location
        WithClause: ctes recursive ~location
        """;
}

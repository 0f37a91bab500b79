namespace PgMicro.Core.Parser;

internal static partial class FeatureTable
{
    // Expressions.
    private const string Expressions = """
        A_ArrayExpr: elements ~location
        A_Const: ival fval boolval sval bsval isnull ~location
        A_Expr: kind name lexpr rexpr ~location
        A_Indices: is_slice lidx uidx
        A_Indirection: arg indirection
        A_Star:
        !Aggref {analysed node Aggref}
        !AlternativeSubPlan {analysed node AlternativeSubPlan}
        !ArrayCoerceExpr {analysed node ArrayCoerceExpr}
        !ArrayExpr {analysed node ArrayExpr}
        BitString: bsval
        BoolExpr: ~xpr boolop args ~location
        Boolean: boolval
        BooleanTest: ~xpr arg booltesttype ~location
        !CallContext {analysed node CallContext}
        CaseExpr: ~xpr !casetype {analysed CaseExpr.casetype} !casecollid {analysed CaseExpr.casecollid} arg args defresult ~location
        !CaseTestExpr {analysed node CaseTestExpr}
        CaseWhen: ~xpr expr result ~location
        CoalesceExpr: ~xpr !coalescetype {analysed CoalesceExpr.coalescetype} !coalescecollid {analysed CoalesceExpr.coalescecollid} args
            ~location
        !CoerceToDomain {analysed node CoerceToDomain}
        !CoerceToDomainValue {analysed node CoerceToDomainValue}
        !CoerceViaIO {analysed node CoerceViaIO}
        CollateClause: arg collname ~location
        !CollateExpr {analysed node CollateExpr}
        ColumnRef: fields ~location
        !ConvertRowtypeExpr {analysed node ConvertRowtypeExpr}
        CurrentOfExpr: ~xpr !cvarno {analysed CurrentOfExpr.cvarno} cursor_name !cursor_param {analysed CurrentOfExpr.cursor_param}
        !DistinctExpr {analysed node DistinctExpr}
        !FieldSelect {analysed node FieldSelect}
        !FieldStore {analysed node FieldStore}
        Float: fval
        !FromExpr {analysed node FromExpr}
        FuncCall: funcname args agg_order agg_filter over agg_within_group agg_star agg_distinct func_variadic ~funcformat ~location
        !FuncExpr {analysed node FuncExpr}
        GroupingFunc: ~xpr args !refs {analysed GroupingFunc.refs} !agglevelsup {analysed GroupingFunc.agglevelsup} ~location
        !InferenceElem {analysed node InferenceElem}
        !InlineCodeBlock {analysed node InlineCodeBlock}
        !IntList {analysed node IntList}
        Integer: ival
        JsonAggConstructor: output agg_filter agg_order over ~location
        JsonArgument: val name
        JsonArrayAgg: constructor arg absent_on_null
        JsonArrayConstructor: exprs output absent_on_null ~location
        JsonArrayQueryConstructor: query output format absent_on_null ~location
        JsonBehavior: btype expr !coerce {analysed JsonBehavior.coerce} ~location
        !JsonConstructorExpr {analysed node JsonConstructorExpr}
        !JsonExpr {analysed node JsonExpr}
        JsonFormat: format_type encoding ~location
        JsonFuncExpr: op column_name context_item pathspec passing output on_empty on_error wrapper quotes ~location
        JsonIsPredicate: expr format item_type unique_keys ~location
        JsonKeyValue: key value
        JsonObjectAgg: constructor arg absent_on_null unique
        JsonObjectConstructor: exprs output absent_on_null unique ~location
        JsonOutput: type_name returning
        JsonParseExpr: expr output unique_keys ~location
        JsonReturning: format !typid {analysed JsonReturning.typid} !typmod {analysed JsonReturning.typmod}
        JsonScalarExpr: expr output ~location
        JsonSerializeExpr: expr output ~location
        JsonTable: context_item pathspec passing columns on_error alias lateral ~location
        JsonTableColumn: coltype name type_name pathspec format wrapper quotes columns on_empty on_error ~location
        !JsonTablePath {analysed node JsonTablePath}
        !JsonTablePathScan {analysed node JsonTablePathScan}
        JsonTablePathSpec: string name ~name_location ~location
        !JsonTableSiblingJoin {analysed node JsonTableSiblingJoin}
        JsonValueExpr: raw_expr formatted_expr format
        List: items
        !MergeAction {analysed node MergeAction}
        MergeSupportFunc: ~xpr ~msftype !msfcollid {analysed MergeSupportFunc.msfcollid} ~location
        MinMaxExpr: ~xpr !minmaxtype {analysed MinMaxExpr.minmaxtype} !minmaxcollid {analysed MinMaxExpr.minmaxcollid} !inputcollid
            {analysed MinMaxExpr.inputcollid} op args ~location
        NamedArgExpr: ~xpr arg name argnumber ~location
        !NextValueExpr {analysed node NextValueExpr}
        !NullIfExpr {analysed node NullIfExpr}
        NullTest: ~xpr arg nulltesttype !argisrow {analysed NullTest.argisrow} ~location
        !OidList {analysed node OidList}
        !OnConflictExpr {analysed node OnConflictExpr}
        !OpExpr {analysed node OpExpr}
        !Param {analysed node Param}
        ParamRef: number ~location
        !Query {analysed node Query}
        !RTEPermissionInfo {analysed node RTEPermissionInfo}
        !RangeTblEntry {analysed node RangeTblEntry}
        !RangeTblFunction {analysed node RangeTblFunction}
        !RangeTblRef {analysed node RangeTblRef}
        !RelabelType {analysed node RelabelType}
        !RowCompareExpr {analysed node RowCompareExpr}
        RowExpr: ~xpr args !row_typeid {analysed RowExpr.row_typeid} ~row_format colnames ~location
        !RowMarkClause {analysed node RowMarkClause}
        SQLValueFunction: ~xpr op type typmod ~location
        !ScalarArrayOpExpr {analysed node ScalarArrayOpExpr}
        !SetOperationStmt {analysed node SetOperationStmt}
        SetToDefault: ~xpr !type_id {analysed SetToDefault.type_id} !type_mod {analysed SetToDefault.type_mod} !collation {analysed
            SetToDefault.collation} ~location
        !SortGroupClause {analysed node SortGroupClause}
        String: sval
        SubLink: ~xpr sub_link_type !sub_link_id {analysed SubLink.sub_link_id} testexpr oper_name subselect ~location
        !SubPlan {analysed node SubPlan}
        !SubscriptingRef {analysed node SubscriptingRef}
        !TableFunc {analysed node TableFunc}
        !TableSampleClause {analysed node TableSampleClause}
        !TargetEntry {analysed node TargetEntry}
        TypeCast: arg type_name ~location
        TypeName: names type_oid setof pct_type typmods typemod array_bounds ~location
        !Var {analysed node Var}
        !WindowClause {analysed node WindowClause}
        !WindowFunc {analysed node WindowFunc}
        !WindowFuncRunCondition {analysed node WindowFuncRunCondition}
        !WithCheckOption {analysed node WithCheckOption}
        XmlExpr: ~xpr op name named_args !arg_names {analysed XmlExpr.arg_names} args xmloption indent !type {analysed XmlExpr.type}
            !typmod {analysed XmlExpr.typmod} ~location
        XmlSerialize: xmloption expr type_name indent ~location
        """;
}

namespace PgMicro.Core.Parser;

internal static partial class FeatureTable
{
    // Statements that define things.
    private const string Definitions = """
        AccessPriv: priv_name cols
        AlterCollationStmt: collname
        AlterDatabaseRefreshCollStmt: dbname
        AlterDatabaseSetStmt: dbname setstmt
        AlterDatabaseStmt: dbname options
        AlterDefaultPrivilegesStmt: options action
        AlterDomainStmt: subtype type_name name def behavior missing_ok
        AlterEnumStmt: type_name old_val new_val new_val_neighbor new_val_is_after skip_if_new_val_exists
        AlterEventTrigStmt: trigname tgenabled
        AlterExtensionContentsStmt: extname action objtype object
        AlterExtensionStmt: extname options
        AlterFdwStmt: fdwname func_options options
        AlterForeignServerStmt: servername version options has_version
        AlterFunctionStmt: objtype func actions
        AlterObjectDependsStmt: object_type relation object extname remove
        AlterObjectSchemaStmt: object_type relation object newschema missing_ok
        AlterOpFamilyStmt: opfamilyname amname is_drop items
        AlterOperatorStmt: opername options
        AlterOwnerStmt: object_type relation object newowner
        AlterPolicyStmt: policy_name table roles qual with_check
        AlterPublicationStmt: pubname options pubobjects for_all_tables action
        AlterRoleSetStmt: role database setstmt
        AlterRoleStmt: role options action
        AlterSeqStmt: sequence options for_identity missing_ok
        AlterStatsStmt: defnames stxstattarget missing_ok
        AlterSubscriptionStmt: kind subname conninfo publication options
        AlterSystemStmt: setstmt
        AlterTSConfigurationStmt: kind cfgname tokentype dicts override replace missing_ok
        AlterTSDictionaryStmt: dictname options
        AlterTableCmd: subtype name num newowner def behavior missing_ok recurse
        AlterTableMoveAllStmt: orig_tablespacename objtype roles new_tablespacename ~nowait
        !AlterTableSpaceOptionsStmt {ALTER TABLESPACE}
        AlterTableStmt: relation cmds objtype missing_ok
        AlterTypeStmt: type_name options
        AlterUserMappingStmt: user servername options
        ColumnDef: colname type_name ~compression inhcount ~is_local is_not_null is_from_type ~storage ~storage_name raw_default
            !cooked_default {analysed ColumnDef.cooked_default} identity !identity_sequence {analysed ColumnDef.identity_sequence}
            generated coll_clause !coll_oid {analysed ColumnDef.coll_oid} constraints fdwoptions ~location
        CommentStmt: objtype object comment
        CompositeTypeStmt: typevar coldeflist
        Constraint: contype conname deferrable initdeferred skip_validation initially_valid is_no_inherit raw_expr !cooked_expr {analysed
            Constraint.cooked_expr} generated_when !inhcount {analysed Constraint.inhcount} nulls_not_distinct keys including exclusions options indexname indexspace
            !reset_default_tblspc {analysed Constraint.reset_default_tblspc} access_method where_clause pktable fk_attrs pk_attrs
            fk_matchtype fk_upd_action fk_del_action fk_del_set_cols !old_conpfeqop {analysed Constraint.old_conpfeqop} !old_pktable_oid
            {analysed Constraint.old_pktable_oid} ~location
        CreateAmStmt: amname handler_name amtype
        CreateCastStmt: sourcetype targettype func context inout
        CreateConversionStmt: conversion_name for_encoding_name to_encoding_name func_name def
        CreateDomainStmt: domainname type_name coll_clause constraints
        CreateEnumStmt: type_name vals
        CreateEventTrigStmt: trigname eventname whenclause funcname
        CreateExtensionStmt: extname if_not_exists options
        CreateFdwStmt: fdwname func_options options
        CreateForeignServerStmt: servername servertype version fdwname if_not_exists options
        CreateForeignTableStmt: base_stmt servername options
        CreateFunctionStmt: is_procedure replace funcname parameters return_type options sql_body
        CreateOpClassItem: itemtype name number order_family class_args storedtype
        CreateOpClassStmt: opclassname opfamilyname amname datatype items is_default
        CreateOpFamilyStmt: opfamilyname amname
        CreatePLangStmt: replace plname plhandler plinline plvalidator pltrusted
        CreatePolicyStmt: policy_name table cmd_name permissive roles qual with_check
        CreatePublicationStmt: pubname options pubobjects for_all_tables
        CreateRangeStmt: type_name params
        CreateRoleStmt: stmt_type role options
        CreateSchemaStmt: schemaname authrole schema_elts if_not_exists
        CreateSeqStmt: sequence options !owner_id {analysed CreateSeqStmt.owner_id} for_identity if_not_exists
        CreateStatsStmt: defnames stat_types exprs relations !stxcomment {analysed CreateStatsStmt.stxcomment} !transformed {analysed
            CreateStatsStmt.transformed} if_not_exists
        CreateStmt: relation table_elts inh_relations partbound partspec of_typename
            constraints options oncommit tablespacename access_method if_not_exists
        CreateSubscriptionStmt: subname conninfo publication options
        CreateTableAsStmt: query into objtype is_select_into if_not_exists
        !CreateTableSpaceStmt {CREATE TABLESPACE}
        CreateTransformStmt: replace type_name lang fromsql tosql
        CreateTrigStmt: replace isconstraint trigname relation funcname args row timing events columns when_clause transition_rels
            deferrable initdeferred constrrel
        CreateUserMappingStmt: user servername if_not_exists options
        CreatedbStmt: dbname options
        DefElem: defnamespace defname arg defaction ~location
        DefineStmt: kind oldstyle defnames args definition if_not_exists replace
        DropOwnedStmt: roles behavior
        DropRoleStmt: roles missing_ok
        DropStmt: objects remove_type behavior missing_ok concurrent
        DropSubscriptionStmt: subname missing_ok behavior
        DropTableSpaceStmt: tablespacename missing_ok
        DropUserMappingStmt: user servername missing_ok
        DropdbStmt: dbname missing_ok options
        FunctionParameter: name arg_type mode defexpr
        GrantRoleStmt: granted_roles grantee_roles is_grant opt grantor behavior
        GrantStmt: is_grant targtype objtype objects privileges grantees grant_option grantor behavior
        ImportForeignSchemaStmt: server_name remote_schema local_schema ~list_type ~table_list ~options
        IndexStmt: idxname relation access_method table_space index_params index_including_params options where_clause
            exclude_op_names !idxcomment {analysed IndexStmt.idxcomment} !index_oid {analysed IndexStmt.index_oid} !old_number {analysed
            IndexStmt.old_number} !old_create_subid {analysed IndexStmt.old_create_subid} !old_first_relfilelocator_subid {analysed
            IndexStmt.old_first_relfilelocator_subid} unique nulls_not_distinct primary isconstraint deferrable initdeferred !transformed
            {analysed IndexStmt.transformed} concurrent if_not_exists !reset_default_tblspc {analysed IndexStmt.reset_default_tblspc}
        ObjectWithArgs: objname objargs objfuncargs args_unspecified
        PartitionBoundSpec: strategy is_default modulus remainder listdatums lowerdatums upperdatums location
        PartitionCmd: name bound concurrent
        PartitionElem: name expr collation opclass location
        PartitionRangeDatum: kind value location
        PartitionSpec: strategy part_params location
        PublicationObjSpec: pubobjtype name pubtable ~location
        PublicationTable: relation where_clause columns
        RefreshMatViewStmt: concurrent skip_data relation
        RenameStmt: rename_type relation_type relation object subname newname behavior missing_ok
        ReplicaIdentityStmt: identity_type name
        RuleStmt: relation rulename where_clause event instead actions replace
        SecLabelStmt: objtype object provider label
        !SinglePartitionSpec {PARTITION OF}
        StatsElem: name expr
        TableLikeClause: relation options !relation_oid {analysed TableLikeClause.relation_oid}
        TriggerTransition: name is_new is_table
        TruncateStmt: relations restart_seqs behavior
        ViewStmt: view aliases query replace options with_check_option
        """;
}

using System.Globalization;
using PgMicro.Core.Catalog.Tables;

namespace PgMicro.Core.Catalog;

/// <summary>What a unique index on names keeps of a catalog row: no other row of the catalog may have the same.</summary>
/// <param name="Index">The index.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Values">What the row has there.</param>
internal readonly record struct UniqueName(string Index, string Columns, string Values)
{
    /// <summary>The name of a row; null for rows that have none, and for those whose names only who has locked the table gives.</summary>
    internal static UniqueName? Of(CatalogRow row) => row switch
    {
        PgClass c => new("pg_class_relname_nsp_index", "relname, relnamespace", Text($"{c.relname}, {c.relnamespace}")),
        PgType t => new("pg_type_typname_nsp_index", "typname, typnamespace", Text($"{t.typname}, {t.typnamespace}")),
        PgProc p => new(
            "pg_proc_proname_args_nsp_index", "proname, proargtypes, pronamespace", Text($"{p.proname}, {string.Join(' ', p.proargtypes)}, {p.pronamespace}")),
        PgNamespace n => new("pg_namespace_nspname_index", "nspname", n.nspname),
        PgAuthid r => new("pg_authid_rolname_index", "rolname", r.rolname),
        PgExtension e => new("pg_extension_name_index", "extname", e.extname),
        PgCollation c => new("pg_collation_name_enc_nsp_index", "collname, collencoding, collnamespace", Text($"{c.collname}, {c.collencoding}, {c.collnamespace}")),
        PgStatisticExt s => new("pg_statistic_ext_name_index", "stxname, stxnamespace", Text($"{s.stxname}, {s.stxnamespace}")),
        PgTsConfig c => new("pg_ts_config_cfgname_index", "cfgname, cfgnamespace", Text($"{c.cfgname}, {c.cfgnamespace}")),
        PgTsDict d => new("pg_ts_dict_dictname_index", "dictname, dictnamespace", Text($"{d.dictname}, {d.dictnamespace}")),
        PgPolicy p => new("pg_policy_polrelid_polname_index", "polrelid, polname", Text($"{p.polrelid}, {p.polname}")),
        PgEventTrigger t => new("pg_event_trigger_evtname_index", "evtname", t.evtname),
        PgPublication p => new("pg_publication_pubname_index", "pubname", p.pubname),
        PgPublicationRel r => new("pg_publication_rel_prrelid_prpubid_index", "prrelid, prpubid", Text($"{r.prrelid}, {r.prpubid}")),
        PgPublicationNamespace n => new("pg_publication_namespace_pnnspid_pnpubid_index", "pnnspid, pnpubid", Text($"{n.pnnspid}, {n.pnpubid}")),
        PgForeignDataWrapper w => new("pg_foreign_data_wrapper_name_index", "fdwname", w.fdwname),
        PgForeignServer s => new("pg_foreign_server_name_index", "srvname", s.srvname),
        PgUserMapping m => new("pg_user_mapping_user_server_index", "umuser, umserver", Text($"{m.umuser}, {m.umserver}")),
        PgSubscription s => new("pg_subscription_subname_index", "subdbid, subname", Text($"{s.subdbid}, {s.subname}")),
        PgAm a => new("pg_am_name_index", "amname", a.amname),
        PgLanguage l => new("pg_language_name_index", "lanname", l.lanname),
        PgConversion c => new("pg_conversion_name_nsp_index", "conname, connamespace", Text($"{c.conname}, {c.connamespace}")),
        PgTransform t => new("pg_transform_type_lang_index", "trftype, trflang", Text($"{t.trftype}, {t.trflang}")),
        PgEnum e => new("pg_enum_typid_label_index", "enumtypid, enumlabel", Text($"{e.enumtypid}, {e.enumlabel}")),
        PgConstraint { contypid: not 0 } c => new(
            "pg_constraint_conrelid_contypid_conname_index", "conrelid, contypid, conname", Text($"{c.conrelid}, {c.contypid}, {c.conname}")),
        PgAuthMembers m => new("pg_auth_members_role_member_index", "roleid, member, grantor", Text($"{m.roleid}, {m.member}, {m.grantor}")),
        PgDefaultAcl d => new(
            "pg_default_acl_role_nsp_obj_index", "defaclrole, defaclnamespace, defaclobjtype", Text($"{d.defaclrole}, {d.defaclnamespace}, {d.defaclobjtype}")),
        PgCast c => new("pg_cast_source_target_index", "castsource, casttarget", Text($"{c.castsource}, {c.casttarget}")),
        PgOperator o => new(
            "pg_operator_oprname_l_r_n_index", "oprname, oprleft, oprright, oprnamespace", Text($"{o.oprname}, {o.oprleft}, {o.oprright}, {o.oprnamespace}")),
        PgOpfamily f => new("pg_opfamily_am_name_nsp_index", "opfmethod, opfname, opfnamespace", Text($"{f.opfmethod}, {f.opfname}, {f.opfnamespace}")),
        PgOpclass o => new("pg_opclass_am_name_nsp_index", "opcmethod, opcname, opcnamespace", Text($"{o.opcmethod}, {o.opcname}, {o.opcnamespace}")),
        PgParameterAcl p => new("pg_parameter_acl_parname_index", "parname", p.parname),
        _ => null,
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

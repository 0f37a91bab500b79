using System.Globalization;
using PgMicro.Core.Catalog;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Errors;
using PgMicro.Core.Functions.Arrays;
using PgMicro.Core.Types;

namespace PgMicro.Core.Functions.Session;

/// <summary>Session and database information, settings, sequences, advisory locks.</summary>
internal static class SessionInformation
{
    private static readonly long s_started = Started();

    [PgFunction("version()")]
    public static string Version() => "PostgreSQL 17.10 (PgMicro)";

    [PgFunction("current_database()")]
    public static string Database(FunctionContext context) => context.DatabaseName;

    [PgFunction("current_user()")]
    public static string CurrentUser(FunctionContext context) => context.CurrentUser;

    [PgFunction("session_user()")]
    public static string SessionUser(FunctionContext context) => context.SessionUser;

    [PgFunction("getpgusername()")]
    public static string UserName(FunctionContext context) => context.CurrentUser;

    [PgFunction("current_schema()")]
    public static string? Schema(FunctionContext context) =>
        context.SearchPath(false) is [var first, ..] ? context.Catalog.Namespace(first)?.nspname : null;

    [PgFunction("current_schemas(boolean)")]
    public static PgDatum Schemas(FunctionContext context, bool includeImplicit)
    {
        PgDatum[] names = [.. context.SearchPath(includeImplicit).Select(oid => context.Catalog.Namespace(oid)).Where(n => n is not null).Select(n => PgDatum.FromText(n!.nspname))];
        return ArrayOperations.Store(context, new PgArray(TypeOid.Name, names));
    }

    [PgFunction("current_setting(text)")]
    public static string Setting(FunctionContext context, string name) => context.GetSetting(name, false)!;

    [PgFunction("current_setting(text,boolean)")]
    public static string? Setting(FunctionContext context, string name, bool missingOk) => context.GetSetting(name, missingOk);

    [PgFunction("pg_settings_get_flags(text)")]
    public static PgDatum SettingFlags(FunctionContext context, string name) => context.SettingFlags(name) is { } flags
        ? ArrayOperations.Store(context, new PgArray(TypeOid.Text, [.. flags.Select(static f => PgDatum.FromText(f))]))
        : default;

    [PgFunction("set_config(text,text,boolean)")]
    public static string SetConfig(FunctionContext context, string? name, string? value, bool? isLocal) => name is null
        ? throw new PgException(SqlState.NullValueNotAllowed, "SET requires parameter name")
        : context.SetSetting(name, value, isLocal ?? false);

    [PgFunction("pg_backend_pid()")]
    public static int BackendPid(FunctionContext context) => context.BackendPid;

    [PgFunction("pg_current_xact_id()")]
    [PgFunction("txid_current()")]
    public static long TransactionId(FunctionContext context) => context.CurrentTransactionId();

    [PgFunction("pg_is_in_recovery()")]
    public static bool IsInRecovery() => false;

    [PgFunction("pg_postmaster_start_time()")]
    [PgFunction("pg_conf_load_time()")]
    public static long StartTime() => s_started;

    // The start of the process, which has the place of the postmaster's.
    private static long Started()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return (process.StartTime.ToUniversalTime() - global::System.DateTime.UnixEpoch).Ticks / 10;
    }

    [PgFunction("pg_client_encoding()")]
    public static string ClientEncodingName(FunctionContext context) => (context.ClientEncoding ?? ClientEncoding.Utf8).Name;

    [PgFunction("getdatabaseencoding()")]
    public static string DatabaseEncoding() => ClientEncoding.Utf8.Name;

    [PgFunction("pg_encoding_to_char(integer)")]
    public static string EncodingName(int encoding) => ClientEncoding.NameOf(encoding);

    [PgFunction("pg_char_to_encoding(name)")]
    public static int EncodingNumber(string name) => ClientEncoding.NumberOf(name);

    [PgFunction("inet_client_port()")]
    public static int? ClientPort(FunctionContext context) => context.ClientEndPoint?.Port;

    [PgFunction("inet_server_port()")]
    public static int? ServerPort(FunctionContext context) => context.ServerEndPoint?.Port;

    // One that a killed process of the same number has left behind is nobody's: it is not in the path.
    [PgFunction("pg_my_temp_schema()")]
    public static uint TempSchema(FunctionContext context) =>
        context.Catalog.FindNamespace(string.Create(CultureInfo.InvariantCulture, $"pg_temp_{context.BackendPid}")) is { } own && context.SearchPath(true).Contains(own.oid) ? own.oid : 0;

    [PgFunction("pg_is_other_temp_schema(oid)")]
    public static bool IsOtherTempSchema(FunctionContext context, uint schema) =>
        context.Catalog.Namespace(schema) is { } other && other.nspname.StartsWith("pg_temp_", StringComparison.Ordinal) && schema != TempSchema(context);

    [PgFunction("pg_get_userbyid(oid)")]
    public static string UserById(FunctionContext context, uint role) => context.Catalog.Role(role)?.rolname ?? $"unknown (OID={role})";

    [PgFunction("nextval(regclass)")]
    public static long NextValue(FunctionContext context, uint sequence) =>
        context.NextValue(Allowed(context, sequence, AclMode.Usage | AclMode.Update));

    [PgFunction("currval(regclass)")]
    public static long CurrentValue(FunctionContext context, uint sequence) =>
        context.CurrentValue(Allowed(context, sequence, AclMode.Usage | AclMode.Select));

    [PgFunction("lastval()")]
    public static long LastValue(FunctionContext context)
    {
        var value = context.LastValue();
        Allowed(context, context.LastSequence, AclMode.Usage | AclMode.Select);
        return value;
    }

    [PgFunction("setval(regclass,bigint)")]
    public static long SetValue(FunctionContext context, uint sequence, long value) =>
        context.SetValue(Allowed(context, sequence, AclMode.Update), value, true);

    [PgFunction("setval(regclass,bigint,boolean)")]
    public static long SetValue(FunctionContext context, uint sequence, long value, bool isCalled) =>
        context.SetValue(Allowed(context, sequence, AclMode.Update), value, isCalled);

    // Any of the privileges will do.
    private static uint Allowed(FunctionContext context, uint sequence, AclMode any)
    {
        var catalog = context.Catalog;
        return catalog.FindRole(context.CurrentUser) is { rolsuper: false } role && catalog.Class(sequence) is { } relation
            && PrivilegeCheck.OnClass(catalog, relation, role.oid, any) == 0
            ? throw new PgException(SqlState.InsufficientPrivilege, $"permission denied for sequence {relation.relname}")
            : sequence;
    }

    [PgFunction("pg_get_serial_sequence(text,text)")]
    public static string? SerialSequence(FunctionContext context, string table, string column)
    {
        var relation = (context.Reg ?? throw PgErrors.FeatureNotSupported("pg_get_serial_sequence without a catalog")).FindRelation(table);
        var attribute = context.Catalog.FindAttribute(relation, column)
            ?? throw new PgException(SqlState.UndefinedColumn, $"column \"{column}\" of relation \"{context.Catalog.Class(relation)!.relname}\" does not exist");
        var sequence = context.Catalog.SequenceOwnedBy(relation, attribute.attnum);
        if (sequence == 0 || context.Catalog.Class(sequence) is not { } row)
        {
            return null;
        }

        return Text.Quote.Identifier(context.Catalog.Namespace(row.relnamespace)!.nspname) + "." + Text.Quote.Identifier(row.relname);
    }

    [PgFunction("pg_table_is_visible(oid)")]
    public static bool? IsTableVisible(FunctionContext context, uint oid)
    {
        if (context.Catalog.Class(oid) is not { } row)
        {
            return null;
        }

        foreach (var schema in context.SearchPath(true))
        {
            if (context.Catalog.FindClass(row.relname, schema) is { } found)
            {
                return found.oid == oid;
            }
        }

        return false;
    }

    [PgFunction("pg_type_is_visible(oid)")]
    public static bool? IsTypeVisible(FunctionContext context, uint oid)
    {
        if (context.Catalog.Type(oid) is not { } row)
        {
            return null;
        }

        foreach (var schema in context.SearchPath(true))
        {
            if (context.Catalog.FindType(row.typname, schema) is { } found)
            {
                return found.oid == oid;
            }
        }

        return false;
    }

    [PgFunction("pg_function_is_visible(oid)")]
    public static bool? IsFunctionVisible(FunctionContext context, uint oid) =>
        context.Catalog.Proc(oid) is { } row ? context.SearchPath(true).Contains(row.pronamespace) : null;

    [PgFunction("pg_operator_is_visible(oid)")]
    public static bool? IsOperatorVisible(FunctionContext context, uint oid) =>
        context.Catalog.Operator(oid) is { } row ? context.SearchPath(true).Contains(row.oprnamespace) : null;

    [PgFunction("obj_description(oid)")]
    public static string? ObjectDescription(FunctionContext context, uint oid) =>
        context.Catalog.Rows(PgDescription.Relation).FirstOrDefault(d => d.objoid == oid && d.objsubid == 0)?.description;

    [PgFunction("obj_description(oid,name)")]
    public static string? ObjectDescription(FunctionContext context, uint oid, string catalog) =>
        context.Catalog.FindClass(catalog, BuiltInOids.PgCatalogNamespace) is { } relation ? context.Catalog.Description(relation.oid, oid) : null;

    [PgFunction("shobj_description(oid,name)")]
    public static string? SharedDescription(FunctionContext context, uint oid, string catalog) =>
        context.Catalog.FindClass(catalog, BuiltInOids.PgCatalogNamespace) is { } relation ? context.Catalog.SharedDescription(relation.oid, oid) : null;

    [PgFunction("col_description(oid,integer)")]
    public static string? ColumnDescription(FunctionContext context, uint oid, int column) => context.Catalog.Description(1259, oid, column);

    [PgFunction("pg_sleep(float8)")]
    public static void Sleep(FunctionContext context, double seconds)
    {
        // A wait handle counts in 32 bits of milliseconds.
        const double Longest = int.MaxValue / 1000.0;
        for (var left = Math.Max(seconds, 0); left > 0; left -= Longest)
        {
            context.Wait(TimeSpan.FromSeconds(Math.Min(left, Longest)));
        }

        context.CheckForInterrupts();
    }

    [PgFunction("pg_advisory_lock(bigint)")]
    public static void Lock(FunctionContext context, long key) => context.AdvisoryLock(key, false, false, true);

    [PgFunction("pg_advisory_lock_shared(bigint)")]
    public static void LockShared(FunctionContext context, long key) => context.AdvisoryLock(key, true, false, true);

    [PgFunction("pg_advisory_xact_lock(bigint)")]
    public static void LockTransaction(FunctionContext context, long key) => context.AdvisoryLock(key, false, true, true);

    [PgFunction("pg_advisory_xact_lock_shared(bigint)")]
    public static void LockTransactionShared(FunctionContext context, long key) => context.AdvisoryLock(key, true, true, true);

    [PgFunction("pg_try_advisory_lock(bigint)")]
    public static bool TryLock(FunctionContext context, long key) => context.AdvisoryLock(key, false, false, false);

    [PgFunction("pg_try_advisory_lock_shared(bigint)")]
    public static bool TryLockShared(FunctionContext context, long key) => context.AdvisoryLock(key, true, false, false);

    [PgFunction("pg_try_advisory_xact_lock(bigint)")]
    public static bool TryLockTransaction(FunctionContext context, long key) => context.AdvisoryLock(key, false, true, false);

    [PgFunction("pg_advisory_unlock(bigint)")]
    public static bool Unlock(FunctionContext context, long key) => AdvisoryPairs.Unlock(context, key, false);

    [PgFunction("pg_advisory_unlock_shared(bigint)")]
    public static bool UnlockShared(FunctionContext context, long key) => AdvisoryPairs.Unlock(context, key, true);

    [PgFunction("num_nulls(\"any\")")]
    public static int? CountNulls(FunctionArguments arguments)
    {
        var nulls = 0;
        for (var i = 0; i < arguments.Count; i++)
        {
            nulls += arguments.IsNull(i) ? 1 : 0;
        }

        return nulls;
    }

    [PgFunction("num_nonnulls(\"any\")")]
    public static int? CountNonNulls(FunctionArguments arguments) => arguments.Count - CountNulls(arguments);
}

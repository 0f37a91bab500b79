using System.Globalization;
using System.Text;
using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Types;
using PgMicro.Core.Types.DateTime;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Utility;

/// <summary>SET, RESET, SHOW (manual, SQL commands).</summary>
internal static class VariableCommands
{
    internal static ExecutablePlan PlanSet(Pg.VariableSetStmt statement) =>
        new UtilityPlan((session, _) => new StatementRun(Set(session, statement)), needsSnapshot: false);

    internal static ExecutablePlan PlanShow(Pg.VariableShowStmt statement)
    {
        if (statement.Name == "all")
        {
            return new UtilityPlan(static (session, _) => new StatementRun("SHOW", -1, new BufferedRowSource(
                [.. session.Settings.All().Select(p => new[]
                {
                    PgDatum.FromText(p.Name), PgDatum.FromText(session.ShowSetting(p.Name)),
                    PgDatum.FromText(Settings.ParameterDefinitions.All[p.Name].ShortDescription),
                })])), needsSnapshot: false)
            {
                Columns = [TextColumn("name"), TextColumn("setting"), TextColumn("description")],
            };
        }

        var name = Settings.ParameterDefinitions.All.GetValueOrDefault(statement.Name)?.Name ?? statement.Name;
        return new UtilityPlan(
            (session, _) => new StatementRun("SHOW", -1, new BufferedRowSource([[PgDatum.FromText(session.ShowSetting(name))]])), needsSnapshot: false)
        {
            Columns = [TextColumn(name)],
        };
    }

    private static ColumnDescription TextColumn(string name) => new(name, TypeOid.Text, -1, 0, 0);

    private static string Set(PgSession session, Pg.VariableSetStmt statement)
    {
        if (statement.IsLocal && !session.InTransactionBlock && !session.InFunction && statement.Kind != Pg.VariableSetKind.VarSetMulti)
        {
            session.Notice(new PgNotice("WARNING", SqlState.NoActiveSqlTransaction, "SET LOCAL can only be used in transaction blocks"));
        }

        RequireMaySet(session, statement);
        switch (statement.Kind)
        {
            case Pg.VariableSetKind.VarSetValue:
                session.Settings.Set(statement.Name, Flatten(session, statement), statement.IsLocal);
                return "SET";
            case Pg.VariableSetKind.VarSetDefault:
                session.Settings.Set(statement.Name, null, statement.IsLocal);
                return "SET";
            case Pg.VariableSetKind.VarReset:
                session.Settings.Set(statement.Name, null, isLocal: false);
                return "RESET";
            case Pg.VariableSetKind.VarResetAll:
                session.Settings.ResetAll();
                return "RESET";
            case Pg.VariableSetKind.VarSetCurrent:
                session.Settings.Set(statement.Name, session.Settings.Get(statement.Name), statement.IsLocal);
                return "SET";
            case Pg.VariableSetKind.VarSetMulti when statement.Name == "TRANSACTION":
                if (!session.InTransactionBlock && !session.InFunction)
                {
                    session.Notice(new PgNotice("WARNING", SqlState.NoActiveSqlTransaction, "SET TRANSACTION can only be used in transaction blocks"));
                }

                TransactionCommands.ApplyModes(session, statement.Args);
                return "SET";
            case Pg.VariableSetKind.VarSetMulti when statement.Name == "TRANSACTION SNAPSHOT":
                if (statement.IsLocal)
                {
                    throw new PgException(SqlState.FeatureNotSupported, "SET LOCAL TRANSACTION SNAPSHOT is not implemented");
                }

                if (!session.InTransactionBlock && !session.InFunction)
                {
                    session.Notice(new PgNotice("WARNING", SqlState.NoActiveSqlTransaction, "SET TRANSACTION can only be used in transaction blocks"));
                }

                session.ImportSnapshot(statement.Args[0].AConst.Sval.Sval);
                return "SET";
            case Pg.VariableSetKind.VarSetMulti when statement.Name == "SESSION CHARACTERISTICS":
                foreach (var option in statement.Args)
                {
                    var element = option.DefElem;
                    var value = element.Arg.AConst.ValCase == Pg.A_Const.ValOneofCase.Sval
                        ? element.Arg.AConst.Sval.Sval : element.Arg.AConst.Ival.Ival != 0 ? "on" : "off";
                    session.Settings.Set("default_" + element.Defname, value, isLocal: false);
                }

                return "SET";
            default:
                throw PgErrors.FeatureNotSupported($"SET {statement.Name}");
        }
    }

    // A parameter of superusers takes SET on it, which can be granted.
    private static void RequireMaySet(PgSession session, Pg.VariableSetStmt statement)
    {
        if (session.IsSuperuser || statement.Kind is Pg.VariableSetKind.VarResetAll or Pg.VariableSetKind.VarSetMulti
            || Settings.ParameterDefinitions.All.GetValueOrDefault(statement.Name) is not { Context: "superuser" or "superuser-backend" } definition)
        {
            return;
        }

        var role = session.Catalog.FindRole(session.CurrentRole)?.oid ?? 0;
        var acl = session.Catalog.Rows(PgParameterAcl.Relation).FirstOrDefault(p => p.parname == definition.Name.ToLowerInvariant())?.paracl;
        if (acl is null || PrivilegeCheck.OnList(session.Catalog, 'p', acl, Catalog.BuiltInOids.BootstrapSuperuser, role, AclMode.Set) == 0)
        {
            throw new PgException(SqlState.InsufficientPrivilege, $"permission denied to set parameter \"{definition.Name}\"");
        }
    }

    /// <summary>flatten_set_variable_args: the arguments as one string.</summary>
    internal static string Flatten(PgSession session, Pg.VariableSetStmt statement)
    {
        var isQuotedList = statement.Name.Equals("search_path", StringComparison.OrdinalIgnoreCase);
        var isList = isQuotedList || statement.Name.Equals("datestyle", StringComparison.OrdinalIgnoreCase);
        if (statement.Args.Count > 1 && !isList)
        {
            throw new PgException(SqlState.InvalidParameterValue, $"SET {statement.Name} takes only one argument");
        }

        return string.Join(", ", statement.Args.Select(arg =>
        {
            if (arg.NodeCase == Pg.Node.NodeOneofCase.TypeCast)
            {
                // SET TIME ZONE INTERVAL '…' HOUR TO MINUTE
                var modifiers = arg.TypeCast.TypeName.Typmods.Select(static t => t.AConst.Ival.Ival.ToString(CultureInfo.InvariantCulture)).ToArray();
                var typmod = modifiers.Length == 0 ? -1 : IntervalTypmod.In(modifiers);
                var interval = session.Types.GetCodec(TypeOid.Interval);
                return $"INTERVAL '{interval.OutputString(interval.Input(Encoding.UTF8.GetBytes(arg.TypeCast.Arg.AConst.Sval.Sval), typmod, session), session)}'";
            }

            var constant = arg.AConst;
            return constant.ValCase switch
            {
                Pg.A_Const.ValOneofCase.Ival => constant.Ival.Ival.ToString(CultureInfo.InvariantCulture),
                Pg.A_Const.ValOneofCase.Fval => constant.Fval.Fval,
                Pg.A_Const.ValOneofCase.Boolval => constant.Boolval.Boolval ? "true" : "false",
                Pg.A_Const.ValOneofCase.Sval when isQuotedList => Quote(constant.Sval.Sval),
                Pg.A_Const.ValOneofCase.Sval => constant.Sval.Sval,
                _ => "0",
            };
        }));
    }

    private static string Quote(string name) =>
        name.Length > 0 && (name[0] == '_' || char.IsAsciiLetterLower(name[0])) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '$')
            ? name
            : "\"" + name.Replace("\"", "\"\"") + "\"";
}

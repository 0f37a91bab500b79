using PgMicro.Core.Catalog.Privileges;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using PgMicro.Core.Execution.Ddl;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Roles;

/// <summary>GRANT and REVOKE of privileges on objects (manual, SQL commands).</summary>
internal static class GrantCommand
{
    private const AclMode SequenceOnly = AclMode.Usage | AclMode.Select | AclMode.Update;

    internal static string Execute(DdlContext ddl, Pg.GrantStmt statement)
    {
        if (statement.Grantor is { } spec && ddl.FindRole(spec).oid != ddl.Owner)
        {
            throw new PgException(SqlState.FeatureNotSupported, "grantor must be current user");
        }

        var grantees = Grantees(ddl, statement);
        var (kind, kindName) = GrantTargets.Kind(statement.Objtype);
        var (privileges, columns) = Privileges(statement, kind, kindName);
        var targets = GrantTargets.Find(ddl, statement);
        foreach (var target in targets)
        {
            var cascade = statement.Behavior == Pg.DropBehavior.DropCascade;
            var grant = new Grant(statement.IsGrant, statement.GrantOption, cascade, grantees);
            if (target.Row is PgClass relation)
            {
                Relation(ddl, target, relation, privileges, columns, grant);
            }
            else
            {
                Apply(ddl, target, privileges ?? Acl.All(target.Kind), privileges is null, grant, target.Name, []);
            }
        }

        return statement.IsGrant ? "GRANT" : "REVOKE";
    }

    /// <summary>The roles of a TO or FROM; 0 for PUBLIC.</summary>
    internal static List<uint> Grantees(DdlContext ddl, Pg.GrantStmt statement)
    {
        var result = new List<uint>();
        foreach (var node in statement.Grantees)
        {
            var isPublic = node.RoleSpec.Roletype == Pg.RoleSpecType.RolespecPublic;
            if (isPublic && statement is { IsGrant: true, GrantOption: true })
            {
                throw new PgException(SqlState.InvalidGrantOperation, "grant options can only be granted to roles");
            }

            result.Add(isPublic ? 0 : ddl.FindRole(node.RoleSpec).oid);
        }

        return result;
    }

    /// <summary>The privileges of a statement; null for ALL. Those of columns stand apart.</summary>
    internal static (AclMode? Object, List<(AclMode? Mode, string[] Columns)> Columns) Privileges(
        Pg.GrantStmt statement, char kind, string kindName, bool takesSequences = true)
    {
        var columns = new List<(AclMode?, string[])>();
        if (statement.Privileges.Count == 0)
        {
            return (null, columns);
        }

        AclMode? result = AclMode.None;
        foreach (var node in statement.Privileges)
        {
            var priv = node.AccessPriv;
            if (priv.Cols.Count > 0)
            {
                if (statement.Objtype != Pg.ObjectType.ObjectTable)
                {
                    throw new PgException(SqlState.InvalidGrantOperation, "column privileges are only valid for relations");
                }

                AclMode? mode = priv.PrivName.Length == 0 ? null : Mode(priv.PrivName);
                if (mode is { } named && (named & ~Acl.All('c')) != 0)
                {
                    throw new PgException(SqlState.InvalidGrantOperation, $"invalid privilege type {AclModes.Word(named)} for column");
                }

                columns.Add((mode, [.. priv.Cols.Select(c => c.String.Sval)]));
                continue;
            }

            var privilege = Mode(priv.PrivName);

            // TABLE takes sequences too, for old times' sake.
            var allowed = Acl.All(kind) | (takesSequences && statement.Objtype == Pg.ObjectType.ObjectTable ? Acl.All('s') : 0);
            if ((privilege & allowed) == 0)
            {
                throw new PgException(SqlState.InvalidGrantOperation, $"invalid privilege type {AclModes.Word(privilege)} for {kindName}");
            }

            result |= privilege;
        }

        return (result, columns);
    }

    private static AclMode Mode(string name) =>
        AclModes.Find(name) ?? throw new PgException(SqlState.SyntaxError, $"unrecognized privilege type \"{name}\"");

    private static void Relation(
        DdlContext ddl, AclObject target, PgClass relation, AclMode? privileges, List<(AclMode? Mode, string[] Columns)> columns, Grant grant)
    {
        var mode = privileges ?? Acl.All(target.Kind);
        if (target.Kind == 's')
        {
            if ((mode & ~SequenceOnly) != 0)
            {
                // Named as a table, a sequence takes what it knows.
                ddl.Notice($"sequence \"{relation.relname}\" only supports USAGE, SELECT, and UPDATE privileges", "WARNING", SqlState.InvalidGrantOperation);
                mode &= SequenceOnly;
            }
        }
        else if ((mode & ~Acl.All('r')) != 0)
        {
            throw new PgException(SqlState.InvalidGrantOperation, "invalid privilege type USAGE for table");
        }

        var perColumn = new SortedDictionary<short, AclMode>();
        foreach (var (columnMode, names) in columns)
        {
            foreach (var name in names)
            {
                var column = ddl.Catalog.FindAttribute(relation.oid, name) is { attisdropped: false } found
                    ? found
                    : throw new PgException(SqlState.UndefinedColumn, $"column \"{name}\" of relation \"{relation.relname}\" does not exist");
                perColumn[column.attnum] = perColumn.GetValueOrDefault(column.attnum) | (columnMode ?? Acl.All('c'));
            }
        }

        // REVOKE on the table takes the columns' privileges along.
        if (!grant.IsGrant && (mode & Acl.All('c')) != 0 && (privileges is null || mode != 0))
        {
            // The owner changes nothing where there is nothing; anyone else hears of every column.
            var isOwner = RoleMembership.HasPrivilegesOf(ddl.Catalog, ddl.Owner, relation.relowner);
            foreach (var column in ddl.Catalog.AllAttributes(relation.oid).Where(a => !a.attisdropped && (isOwner ? a.attacl is not null : a.attnum > 0 || relation.relkind != 'v')))
            {
                perColumn[column.attnum] = perColumn.GetValueOrDefault(column.attnum) | (mode & Acl.All('c'));
            }
        }

        var tableItems = target.Items(ddl.Catalog);
        if (mode != 0)
        {
            Apply(ddl, target, mode, privileges is null, grant, relation.relname, []);
        }

        foreach (var (attnum, columnMode) in perColumn)
        {
            var current = ddl.Catalog.Class(relation.oid)!;
            Apply(ddl, AclCatalog.Of(current, ddl.Catalog.Attribute(relation.oid, attnum)!), columnMode, columns.Count == 0, grant, relation.relname, tableItems);
        }
    }

    private static void Apply(
        DdlContext ddl, AclObject target, AclMode privileges, bool isAll, Grant grant, string name, List<AclItem> tableItems)
    {
        var items = target.Items(ddl.Catalog);
        List<AclItem> considered = [.. items, .. tableItems];
        var (grantor, options) = AclUpdate.BestGrantor(ddl.Catalog, ddl.Owner, privileges, considered, target.Owner);
        if (options == 0)
        {
            var (has, hasOptions) = PrivilegeCheck.Mask(ddl.Catalog, considered, ddl.Owner, target.Owner, (AclMode)~0, (AclMode)~0);
            if (has == 0 && hasOptions == 0)
            {
                throw new PgException(
                    SqlState.InsufficientPrivilege,
                    target.Kind == 'c' ? $"permission denied for column \"{target.Name}\" of relation \"{name}\"" : $"permission denied for {target.KindName} {target.Name}");
            }
        }

        var effective = privileges & options;
        Warn(ddl, effective, privileges, isAll, grant.IsGrant, target.Kind == 'c' ? target.Name : name, target.Kind == 'c' ? name : null);
        foreach (var grantee in grant.Grantees)
        {
            var change = new AclItem(
                grantee, grantor, grant.IsGrant || !grant.GrantOption ? effective : 0, !grant.IsGrant || grant.GrantOption ? effective : 0);
            if (grant.IsGrant)
            {
                AclUpdate.Add(items, change);
            }
            else
            {
                AclUpdate.Remove(ddl.Catalog, items, change, target.Owner, grant.Cascade);
            }
        }

        AclCatalog.Write(ddl, target, items);
    }

    private static void Warn(DdlContext ddl, AclMode effective, AclMode wanted, bool isAll, bool isGrant, string name, string? relation)
    {
        var whom = relation is null ? $"\"{name}\"" : $"column \"{name}\" of relation \"{relation}\"";
        var (verb, state) = isGrant ? ("granted", SqlState.PrivilegeNotGranted) : ("revoked", SqlState.PrivilegeNotRevoked);
        if (effective == 0)
        {
            ddl.Notice(isGrant ? $"no privileges were granted for {whom}" : $"no privileges could be revoked for {whom}", "WARNING", state);
        }
        else if (!isAll && effective != wanted)
        {
            ddl.Notice(isGrant ? $"not all privileges were {verb} for {whom}" : $"not all privileges could be {verb} for {whom}", "WARNING", state);
        }
    }

    private sealed record Grant(bool IsGrant, bool GrantOption, bool Cascade, IReadOnlyList<uint> Grantees);
}

using PgMicro.Core.Binding.BoundTree;
using PgMicro.Core.Binding.Expressions;
using PgMicro.Core.Binding.Queries;
using PgMicro.Core.Catalog.Dependencies;
using PgMicro.Core.Catalog.Tables;
using PgMicro.Core.Errors;
using Pg = PgQuery;

namespace PgMicro.Core.Execution.Ddl;

/// <summary>CREATE and ALTER POLICY.</summary>
internal static class Policies
{
    internal static string Create(DdlContext ddl, Pg.CreatePolicyStmt statement)
    {
        var command = statement.CmdName switch
        {
            "all" => '*',
            "select" => 'r',
            "insert" => 'a',
            "update" => 'w',
            "delete" => 'd',
            _ => throw new PgException(SqlState.SyntaxError, $"unrecognized policy command \"{statement.CmdName}\""),
        };
        if (command is 'r' or 'd' && statement.WithCheck is not null)
        {
            throw new PgException(SqlState.SyntaxError, "WITH CHECK cannot be applied to SELECT or DELETE");
        }

        if (command == 'a' && statement.Qual is not null)
        {
            throw new PgException(SqlState.SyntaxError, "only WITH CHECK expression allowed for INSERT");
        }

        var roles = RoleList(ddl, statement.Roles);
        var table = Table(ddl, statement.Table);
        var qual = Bind(ddl, table, statement.Qual);
        var check = Bind(ddl, table, statement.WithCheck);
        RequireFree(ddl, table, statement.PolicyName);
        Put(ddl, new PgPolicy
        {
            oid = ddl.NewOid(),
            polname = statement.PolicyName,
            polrelid = table.oid,
            polcmd = command,
            polpermissive = statement.Permissive,
            polroles = roles,
        }, qual, check);
        return "CREATE POLICY";
    }

    internal static string Alter(DdlContext ddl, Pg.AlterPolicyStmt statement)
    {
        var roles = statement.Roles.Count == 0 ? null : RoleList(ddl, statement.Roles);
        var table = Table(ddl, statement.Table);
        var qual = Bind(ddl, table, statement.Qual);
        var check = Bind(ddl, table, statement.WithCheck);
        var policy = Find(ddl, table, statement.PolicyName);
        if (policy.polcmd is 'r' or 'd' && check is not null)
        {
            throw new PgException(SqlState.SyntaxError, "only USING expression allowed for SELECT, DELETE");
        }

        if (policy.polcmd == 'a' && qual is not null)
        {
            throw new PgException(SqlState.SyntaxError, "only WITH CHECK expression allowed for INSERT");
        }

        ddl.ForgetDependencies(new ObjectAddress(PgPolicy.RelationOid, policy.oid), static _ => true);
        Put(
            ddl,
            policy with { polroles = roles ?? policy.polroles },
            qual ?? (policy.polqual is null ? null : BoundTreeSerializer.DeserializeExpr(policy.polqual)),
            check ?? (policy.polwithcheck is null ? null : BoundTreeSerializer.DeserializeExpr(policy.polwithcheck)));
        return "ALTER POLICY";
    }

    internal static void Rename(DdlContext ddl, Pg.RenameStmt statement)
    {
        var table = Table(ddl, statement.Relation);
        RequireFree(ddl, table, statement.Newname);
        ddl.Put(Find(ddl, table, statement.Subname) with { polname = statement.Newname });
    }

    private static void Put(DdlContext ddl, PgPolicy policy, BoundExpr? qual, BoundExpr? check)
    {
        ddl.Put(policy with
        {
            polqual = qual is null ? null : BoundTreeSerializer.Serialize(qual),
            polwithcheck = check is null ? null : BoundTreeSerializer.Serialize(check),
        });
        var address = new ObjectAddress(PgPolicy.RelationOid, policy.oid);
        ddl.Depend(address, ObjectAddress.Relation(policy.polrelid), 'a');
        foreach (var expr in new[] { qual, check })
        {
            if (expr is not null)
            {
                DdlExpressions.Depend(ddl, address, expr, policy.polrelid);
            }
        }
    }

    // A table that its owner gives policies to.
    private static PgClass Table(DdlContext ddl, Pg.RangeVar name)
    {
        var table = ddl.FindRelation(name);
        Owners.RequireOwner(ddl, ObjectAddress.Relation(table.oid));
        ddl.RequireUserRelation(table);
        return table.relkind is 'r' or 'p' ? table : throw new PgException(SqlState.WrongObjectType, $"\"{table.relname}\" is not a table");
    }

    private static BoundExpr? Bind(DdlContext ddl, PgClass table, Pg.Node? raw)
    {
        if (raw is null)
        {
            return null;
        }

        var pstate = new BindingContext(ddl.Session, GivenParameters.None).NewState();
        var item = RangeTableEntries.AddRelation(pstate, table, null, inFromCl: false);
        pstate.AddItem(item, addToJoinList: false, addToRelNamespace: true, addToVarNamespace: true);
        try
        {
            var expr = Where.Transform(pstate, raw, ParseExprKind.Policy, "POLICY")!;
            Collations.Assign(pstate, expr);
            return expr;
        }
        catch (PgException e)
        {
            // PostgreSQL analyses policies without the statement's text at hand.
            (e.Location, e.Position) = (-1, 0);
            throw;
        }
    }

    // 0 stands for PUBLIC, which makes other roles superfluous.
    private static uint[] RoleList(DdlContext ddl, IReadOnlyList<Pg.Node> roles)
    {
        if (roles.Any(static r => r.RoleSpec.Roletype == Pg.RoleSpecType.RolespecPublic))
        {
            if (roles.Count > 1)
            {
                ddl.Session.Notice(new PgNotice(
                    "WARNING", SqlState.InvalidParameterValue, "ignoring specified roles other than PUBLIC", Hint: "All roles are members of the PUBLIC role."));
            }

            return [0];
        }

        return [.. roles.Select(r => ddl.FindRole(r.RoleSpec).oid)];
    }

    private static PgPolicy Find(DdlContext ddl, PgClass table, string name) =>
        ddl.Catalog.PoliciesOf(table.oid).FirstOrDefault(p => p.polname == name)
            ?? throw new PgException(SqlState.UndefinedObject, $"policy \"{name}\" for table \"{table.relname}\" does not exist");

    private static void RequireFree(DdlContext ddl, PgClass table, string name)
    {
        if (ddl.Catalog.PoliciesOf(table.oid).Any(p => p.polname == name))
        {
            throw new PgException(SqlState.DuplicateObject, $"policy \"{name}\" for table \"{table.relname}\" already exists");
        }
    }
}

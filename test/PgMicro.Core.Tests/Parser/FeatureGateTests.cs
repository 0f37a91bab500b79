using Google.Protobuf.Reflection;
using PgMicro.Core.Errors;
using PgMicro.Core.Parser;
using PgMicro.PgQuery;
using Xunit;
using Pg = PgQuery;

namespace PgMicro.Core.Tests.Parser;

public sealed class FeatureGateTests
{
    [Fact]
    public void Every_message_and_field_of_the_parse_tree_is_classified_and_nothing_else()
    {
        var problems = new List<string>();
        var messages = Pg.ParseResult.Descriptor.File.MessageTypes.Where(m => m.Name is not ("ScanResult" or "ScanToken")).ToDictionary(m => m.Name);
        foreach (var message in messages.Values)
        {
            if (!FeatureTable.Messages.TryGetValue(message.Name, out var treatment))
            {
                problems.Add(message.Name);
            }
            else if (treatment.RejectedAs is null && !treatment.AllBound)
            {
                var fields = message.Fields.InDeclarationOrder().Select(f => f.Name).ToHashSet();
                problems.AddRange(fields.Except(treatment.Fields.Keys).Select(f => $"{message.Name}.{f}"));
                problems.AddRange(treatment.Fields.Keys.Except(fields).Select(f => $"{message.Name}.{f} does not exist"));
            }
        }

        problems.AddRange(FeatureTable.Messages.Keys.Except(messages.Keys).Select(m => $"{m} does not exist"));
        Assert.Empty(problems);
    }

    [Fact]
    public void The_schema_that_the_gate_reads_is_that_of_the_generated_classes()
    {
        var schema = ParseTreeSchema.Read();
        var file = Pg.ParseResult.Descriptor.File;
        Assert.Equal(
            file.MessageTypes.ToDictionary(m => m.Name, m => string.Join(' ', m.Fields.InFieldNumberOrder().Select(f => $"{f.Name}={f.FieldNumber}{(f.FieldType == FieldType.Message ? f.MessageType.Name : "")}"))),
            schema.Messages.ToDictionary(m => m.Name, m => string.Join(' ', m.Fields.OrderBy(f => f.Number).Select(f => $"{f.Name}={f.Number}{(file.MessageTypes.Any(x => x.Name == f.Type) ? f.Type : "")}"))));
        Assert.Equal(file.EnumTypes.Select(e => e.Name).Order(), schema.Enums.Order());
    }

    [Theory]
    [InlineData("select 1")]
    [InlineData("select a, count(*) filter (where b) from t left join u using (x) where a in (1, 2) group by rollup (a) having true order by 1 desc nulls last limit 3")]
    [InlineData("with recursive r as (select 1 union all select n + 1 from r) select * from r, lateral (select 1) s for update of r skip locked")]
    [InlineData("insert into t (a, b) values (1, default) on conflict (a) where b > 0 do update set b = excluded.b returning *")]
    [InlineData("update t set (a, b) = (select 1, 2) from u where t.x = u.x")]
    [InlineData("select row(1, 2) = (3, 4), array[1]::int[], (x).y, case when a then b end, coalesce(a, $1), current_date, a between 1 and 2 from t")]
    [InlineData("create table t (a int primary key generated always as identity, b text collate \"C\" default 'x' check (b <> ''), foreign key (a) references u (a) on delete cascade deferrable)")]
    [InlineData("begin isolation level serializable")]
    public void Supported_statements_pass(string sql)
    {
        foreach (var statement in PgQueryParser.Parse(sql).Stmts)
        {
            FeatureGate.Check(statement);
        }
    }

    [Theory]
    [InlineData("create tablespace t location '/t'", "CREATE TABLESPACE is not supported", -1)]
    [InlineData("alter tablespace t set (seq_page_cost = 2)", "ALTER TABLESPACE is not supported", -1)]
    public void What_would_be_ignored_is_refused_by_name_and_place(string sql, string message, int location)
    {
        var error = Assert.Throws<PgException>(() => FeatureGate.Check(PgQueryParser.Parse(sql).Stmts[0]));
        Assert.Equal(SqlState.FeatureNotSupported, error.SqlState);
        Assert.Equal(message, error.Message);
        Assert.Equal(location, error.Location);
    }
}

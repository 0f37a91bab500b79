using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace PgMicro.Benchmarks.Model;

/// <summary>A context whose one migration makes thirty tables.</summary>
public sealed class Ledger(DbContextOptions<Ledger> options) : DbContext(options)
{
    /// <summary>How many tables.</summary>
    public const int Tables = 30;
}

/// <summary>Thirty tables with keys, foreign keys and indexes, as EF's tools would have written them.</summary>
[DbContext(typeof(Ledger))]
[Migration("20240101000000_ThirtyTables")]
public sealed class ThirtyTables : Migration
{
    /// <inheritdoc/>
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        for (var i = 0; i < Ledger.Tables; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"Table{i:00}");
            var parent = string.Create(CultureInfo.InvariantCulture, $"Table{i - 1:00}");
            var first = i == 0;
            migrationBuilder.CreateTable(
                name,
                table => new
                {
                    Id = table.Column<int>("integer", nullable: false).Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    Name = table.Column<string>("character varying(100)", maxLength: 100, nullable: false),
                    Note = table.Column<string>("text", nullable: true),
                    Amount = table.Column<decimal>("numeric(18,2)", nullable: false, defaultValue: 0m),
                    Created = table.Column<DateTime>("timestamp with time zone", nullable: false, defaultValueSql: "now()"),
                    Active = table.Column<bool>("boolean", nullable: false),
                    Tags = table.Column<string[]>("text[]", nullable: true),
                    ParentId = table.Column<int>("integer", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_" + name, x => x.Id);
                    if (!first)
                    {
                        table.ForeignKey($"FK_{name}_{parent}", x => x.ParentId, parent, "Id", onDelete: ReferentialAction.Cascade);
                    }
                });
            migrationBuilder.CreateIndex($"IX_{name}_ParentId", name, "ParentId");
            migrationBuilder.CreateIndex($"IX_{name}_Name", name, "Name", unique: true);
        }
    }
}

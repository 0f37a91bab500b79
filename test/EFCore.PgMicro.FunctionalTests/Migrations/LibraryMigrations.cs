using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

namespace EFCore.PgMicro.FunctionalTests.Migrations;

[DbContext(typeof(LibraryContext))]
[Migration("20260101000000_First")]
public sealed class First : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.EnsureSchema("shelf");
        migrationBuilder.AlterDatabase().Annotation("Npgsql:Enum:shelf.mood", "sad,ok");
        migrationBuilder.CreateSequence<int>("numbers", "shelf", startValue: 100, incrementBy: 5, minValue: 10, maxValue: 100000, cyclic: true);
        migrationBuilder.CreateTable(
            "authors",
            table => new
            {
                id = table.Column<int>("integer").Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn)
                    .Annotation("Npgsql:IdentitySequenceOptions", "'10', '2', '', '', 'False', '1'"),
                name = table.Column<string>("character varying(50)", maxLength: 50, comment: "as printed"),
                born = table.Column<DateOnly>("date", nullable: true),
                mood = table.Column<string>("shelf.mood", nullable: true),
                number = table.Column<int>("integer", defaultValueSql: "nextval('shelf.numbers')"),
                added = table.Column<DateTime>("timestamp with time zone", defaultValueSql: "now()"),
                twice = table.Column<int>("integer", nullable: true, computedColumnSql: "id * 2", stored: true),
            },
            "shelf",
            table =>
            {
                table.PrimaryKey("pk_authors", x => x.id);
                table.UniqueConstraint("ak_authors_number", x => x.number);
                table.CheckConstraint("ck_authors_name", "length(name) > 1");
            },
            "people who write");
        migrationBuilder.CreateTable(
            "books",
            table => new
            {
                id = table.Column<int>("integer").Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.SerialColumn),
                author_id = table.Column<int>("integer", nullable: true),
                title = table.Column<string>("text"),
                isbn = table.Column<string>("character(10)", fixedLength: true, maxLength: 10, nullable: true),
                tags = table.Column<string[]>("text[]", defaultValueSql: "'{}'::text[]"),
                details = table.Column<string>("jsonb", nullable: true),
                pages = table.Column<string>("text", nullable: true),
                price = table.Column<decimal>("numeric(8,2)", precision: 8, scale: 2, defaultValue: 9.5m),
            },
            "shelf",
            table =>
            {
                table.PrimaryKey("pk_books", x => x.id);
                table.ForeignKey("fk_books_authors", x => x.author_id, "authors", "id", "shelf", onDelete: ReferentialAction.SetNull);
            });
        migrationBuilder.CreateTable(
            "loans",
            table => new
            {
                book_id = table.Column<int>("integer"),
                day = table.Column<DateOnly>("date"),
                reader = table.Column<Guid>("uuid"),
            },
            constraints: table =>
            {
                table.PrimaryKey("pk_loans", x => new { x.book_id, x.day });
                table.ForeignKey("fk_loans_books", x => x.book_id, "books", "id", "shelf", onDelete: ReferentialAction.Cascade, onUpdate: ReferentialAction.Restrict);
            });
        migrationBuilder.CreateIndex("ix_books_title", "books", "title", "shelf");
        migrationBuilder.CreateIndex("ix_books_author", "books", ["author_id", "title"], "shelf", unique: true, filter: "author_id IS NOT NULL", descending: [false, true]);
        migrationBuilder.CreateIndex("ix_books_tags", "books", "tags", "shelf").Annotation("Npgsql:IndexMethod", "gin");
        migrationBuilder.CreateIndex("ix_loans_reader", "loans", "reader", unique: true).Annotation("Npgsql:IndexInclude", new[] { "day" }).Annotation("Npgsql:NullsDistinct", false);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("loans");
        migrationBuilder.DropTable("books", "shelf");
        migrationBuilder.DropTable("authors", "shelf");
        migrationBuilder.DropSequence("numbers", "shelf");
        migrationBuilder.AlterDatabase().OldAnnotation("Npgsql:Enum:shelf.mood", "sad,ok");
        migrationBuilder.DropSchema("shelf");
    }
}

[DbContext(typeof(LibraryContext))]
[Migration("20260201000000_Second")]
public sealed class Second : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AlterDatabase().Annotation("Npgsql:Enum:shelf.mood", "sad,ok,happy").OldAnnotation("Npgsql:Enum:shelf.mood", "sad,ok");
        migrationBuilder.InsertData(
            "books", ["id", "title", "isbn", "tags", "details", "pages"], ["integer", "text", "character(10)", "text[]", "jsonb", "text"],
            new object?[,] { { 1, "It's", "123", new[] { "a", "b" }, """{"k": [1, null]}""", "12" }, { 2, "Other", null, Array.Empty<string>(), null, "7" } }!, "shelf");
        migrationBuilder.AddColumn<int>("stars", "books", "integer", schema: "shelf", nullable: false, defaultValue: 3, comment: "of five");
        migrationBuilder.AddColumn<string>("slug", "books", "text", schema: "shelf", nullable: true, computedColumnSql: "lower(title)", stored: true);
        migrationBuilder.AddColumn<Guid>("key", "books", "uuid", schema: "shelf", nullable: false, defaultValueSql: "'00000000-0000-0000-0000-000000000001'");
        migrationBuilder.RenameColumn("price", "books", "cost", "shelf");
        migrationBuilder.RenameTable("loans", newName: "lendings");
        migrationBuilder.RenameIndex("ix_loans_reader", "ix_lendings_reader", "lendings");
        migrationBuilder.AlterColumn<string>("name", "authors", "character varying(200)", schema: "shelf", maxLength: 200, nullable: false, defaultValue: "nobody", oldClrType: typeof(string), oldType: "character varying(50)", oldMaxLength: 50, comment: "pen name", oldComment: "as printed");
        migrationBuilder.AlterColumn<long>("number", "authors", "bigint", schema: "shelf", nullable: true, oldClrType: typeof(int), oldType: "integer", oldDefaultValueSql: "nextval('shelf.numbers')");
        migrationBuilder.AlterColumn<DateOnly>("born", "authors", "date", schema: "shelf", nullable: false, defaultValue: new DateOnly(1900, 1, 1), oldClrType: typeof(DateOnly), oldType: "date", oldNullable: true);
        migrationBuilder.Sql("ALTER TABLE shelf.books ALTER COLUMN pages TYPE integer USING pages::integer;");
        migrationBuilder.AddUniqueConstraint("ak_books_isbn", "books", "isbn", "shelf");
        migrationBuilder.AddCheckConstraint("ck_books_stars", "books", "stars BETWEEN 0 AND 5", "shelf");
        migrationBuilder.DropForeignKey("fk_loans_books", "lendings");
        migrationBuilder.AddForeignKey("fk_lendings_books", "lendings", "book_id", "books", principalSchema: "shelf", principalColumn: "id", onDelete: ReferentialAction.Restrict);
        migrationBuilder.AlterSequence("numbers", "shelf", incrementBy: 7, minValue: 1, maxValue: 999999, cyclic: false, oldIncrementBy: 5, oldMinValue: 10, oldMaxValue: 100000, oldCyclic: true);
        migrationBuilder.RenameSequence("numbers", "shelf", "serials", "shelf");
        migrationBuilder.RestartSequence("serials", 500, "shelf");
        migrationBuilder.AlterTable("authors", "shelf", comment: "writers", oldComment: "people who write");
        migrationBuilder.UpdateData("books", ["id"], ["integer"], new object[] { 1 }, ["cost"], ["numeric(8,2)"], new object[] { 20.25m }, "shelf");
        migrationBuilder.DeleteData("books", ["id"], ["integer"], new object[] { 2 }, "shelf");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropForeignKey("fk_lendings_books", "lendings");
        migrationBuilder.DropUniqueConstraint("ak_books_isbn", "books", "shelf");
        migrationBuilder.DropCheckConstraint("ck_books_stars", "books", "shelf");
        migrationBuilder.DropColumn("stars", "books", "shelf");
        migrationBuilder.DropColumn("slug", "books", "shelf");
        migrationBuilder.DropColumn("key", "books", "shelf");
        migrationBuilder.RenameColumn("cost", "books", "price", "shelf");
        migrationBuilder.RenameIndex("ix_lendings_reader", "ix_loans_reader", "lendings");
        migrationBuilder.RenameTable("lendings", newName: "loans");
        migrationBuilder.AddForeignKey("fk_loans_books", "loans", "book_id", "books", principalSchema: "shelf", principalColumn: "id", onDelete: ReferentialAction.Cascade, onUpdate: ReferentialAction.Restrict);
        migrationBuilder.RenameSequence("serials", "shelf", "numbers", "shelf");
        migrationBuilder.AlterSequence("numbers", "shelf", incrementBy: 5, minValue: 1, maxValue: 999999, oldIncrementBy: 7, oldMinValue: 1, oldMaxValue: 999999);
        migrationBuilder.AlterColumn<int>("number", "authors", "integer", schema: "shelf", nullable: false, defaultValueSql: "nextval('shelf.numbers')", oldClrType: typeof(long), oldType: "bigint", oldNullable: true);
        migrationBuilder.AlterColumn<string>("name", "authors", "character varying(50)", schema: "shelf", maxLength: 50, nullable: false, oldClrType: typeof(string), oldType: "character varying(200)", oldMaxLength: 200, oldDefaultValue: "nobody", comment: "as printed", oldComment: "pen name");
    }
}

[DbContext(typeof(LibraryContext))]
[Migration("20260301000000_Third")]
public sealed class Third : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropIndex("ix_books_tags", "books", "shelf");
        migrationBuilder.DropColumn("details", "books", "shelf");
        migrationBuilder.AlterColumn<int>("id", "books", "integer", schema: "shelf", nullable: false, oldClrType: typeof(int), oldType: "integer")
            .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn)
            .OldAnnotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.SerialColumn);
        migrationBuilder.DropPrimaryKey("pk_loans", "lendings");
        migrationBuilder.AddColumn<int>("id", "lendings", "integer", nullable: false).Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn);
        migrationBuilder.AddPrimaryKey("pk_lendings", "lendings", "id");
        migrationBuilder.RenameTable("lendings", newName: "lendings", newSchema: "shelf");
        migrationBuilder.CreateIndex("ix_books_expr", "books", "title", "shelf", filter: "cost > 1").Annotation("Npgsql:IndexOperators", new[] { "text_pattern_ops" }).Annotation("Npgsql:IndexNullSortOrder", new[] { NullSortOrder.NullsFirst });
        migrationBuilder.Sql(
            """
            DO $$
            BEGIN
                IF NOT EXISTS (SELECT 1 FROM shelf.books WHERE id = 99) THEN
                    INSERT INTO shelf.books (id, title) VALUES (99, 'from a block');
                END IF;
            END $$;
            """);
        migrationBuilder.Sql("CREATE VIEW shelf.titles AS SELECT b.title, a.name FROM shelf.books b LEFT JOIN shelf.authors a ON a.id = b.author_id;");
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("DROP VIEW shelf.titles;");
        migrationBuilder.DropIndex("ix_books_expr", "books", "shelf");
        migrationBuilder.RenameTable("lendings", "shelf", "lendings", "public");
        migrationBuilder.DropPrimaryKey("pk_lendings", "lendings");
        migrationBuilder.DropColumn("id", "lendings");
        migrationBuilder.AddPrimaryKey("pk_loans", "lendings", ["book_id", "day"]);
        migrationBuilder.AddColumn<string>("details", "books", "jsonb", schema: "shelf", nullable: true);
        migrationBuilder.CreateIndex("ix_books_tags", "books", "tags", "shelf").Annotation("Npgsql:IndexMethod", "gin");
    }
}

[DbContext(typeof(BrokenContext))]
[Migration("20260101000000_Good")]
public sealed class Good : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("CREATE TABLE good (a int)");
}

[DbContext(typeof(BrokenContext))]
[Migration("20260102000000_Bad")]
public sealed class Bad : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("CREATE TABLE bad (a int)");
        migrationBuilder.Sql("ALTER TABLE missing ADD b int");
    }
}

[DbContext(typeof(PlacedHistoryContext))]
[Migration("20260101000000_Only")]
public sealed class Only : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.Sql("CREATE TABLE only_one (a int)");
        migrationBuilder.Sql("CREATE INDEX CONCURRENTLY ix_only ON only_one (a)", suppressTransaction: true);
    }
}

[DbContext(typeof(SmallContext))]
[Migration("20260101000000_Small")]
public sealed class Small : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTable("small", table => new { id = table.Column<int>("integer") });
}

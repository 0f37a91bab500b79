using Chinook.Model;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Chinook.Migrations
{
    /// <inheritdoc />
    public partial class MediaMoodsAndAmounts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameColumn(
                name: "Name",
                table: "Tracks",
                newName: "Title");

            migrationBuilder.RenameColumn(
                name: "Date",
                table: "Invoices",
                newName: "IssuedAt");

            migrationBuilder.AlterDatabase()
                .Annotation("Npgsql:Enum:media_type", "flac,mp3,vinyl");

            migrationBuilder.AlterColumn<string>(
                name: "Title",
                table: "Tracks",
                type: "character varying(200)",
                maxLength: 200,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(100)",
                oldMaxLength: 100);

            migrationBuilder.AddColumn<MediaType>(
                name: "Media",
                table: "Tracks",
                type: "media_type",
                nullable: false,
                defaultValue: MediaType.Mp3);

            migrationBuilder.AddColumn<string[]>(
                name: "Moods",
                table: "Tracks",
                type: "text[]",
                nullable: false,
                defaultValue: new string[0]);

            migrationBuilder.AddColumn<string>(
                name: "Contact",
                table: "Customers",
                type: "jsonb",
                nullable: false,
                defaultValue: "{}");

            migrationBuilder.AddColumn<decimal>(
                name: "Amount",
                table: "InvoiceLines",
                type: "numeric(12,2)",
                precision: 12,
                scale: 2,
                nullable: false,
                computedColumnSql: "\"UnitPrice\" * \"Quantity\"",
                stored: true);

            migrationBuilder.UpdateData(
                table: "Tracks",
                keyColumn: "Id",
                keyValue: 1,
                column: "Moods",
                value: new[] { "dark", "loud" });

            migrationBuilder.UpdateData(
                table: "Tracks",
                keyColumn: "Id",
                keyValue: 2,
                column: "Moods",
                value: new[] { "loud" });

            migrationBuilder.UpdateData(
                table: "Tracks",
                keyColumn: "Id",
                keyValue: 3,
                column: "Moods",
                value: new string[0]);

            migrationBuilder.UpdateData(
                table: "Tracks",
                keyColumn: "Id",
                keyValue: 4,
                column: "Moods",
                value: new[] { "warm" });

            migrationBuilder.UpdateData(
                table: "Tracks",
                keyColumn: "Id",
                keyValue: 5,
                column: "Moods",
                value: new[] { "warm", "calm" });

            migrationBuilder.UpdateData(
                table: "Tracks",
                keyColumn: "Id",
                keyValue: 6,
                column: "Moods",
                value: new[] { "calm" });

            migrationBuilder.UpdateData(
                table: "Tracks",
                keyColumn: "Id",
                keyValue: 7,
                column: "Moods",
                value: new[] { "calm", "dark" });

            migrationBuilder.UpdateData(
                table: "Tracks",
                keyColumn: "Id",
                keyValue: 8,
                column: "Moods",
                value: new[] { "restless" });

            migrationBuilder.UpdateData(
                table: "Tracks",
                keyColumn: "Id",
                keyValue: 9,
                column: "Moods",
                value: new[] { "calm", "warm" });

            migrationBuilder.UpdateData(
                table: "Tracks",
                keyColumn: "Id",
                keyValue: 10,
                column: "Moods",
                value: new[] { "warm" });

            migrationBuilder.CreateIndex(
                name: "IX_Tracks_Title",
                table: "Tracks",
                column: "Title",
                filter: "\"Price\" > 0");

            migrationBuilder.AddCheckConstraint(
                name: "CK_Tracks_Price",
                table: "Tracks",
                sql: "\"Price\" >= 0");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Tracks_Title",
                table: "Tracks");

            migrationBuilder.DropCheckConstraint(
                name: "CK_Tracks_Price",
                table: "Tracks");

            migrationBuilder.DropColumn(
                name: "Amount",
                table: "InvoiceLines");

            migrationBuilder.DropColumn(
                name: "Media",
                table: "Tracks");

            migrationBuilder.DropColumn(
                name: "Moods",
                table: "Tracks");

            migrationBuilder.DropColumn(
                name: "Contact",
                table: "Customers");

            migrationBuilder.RenameColumn(
                name: "Title",
                table: "Tracks",
                newName: "Name");

            migrationBuilder.RenameColumn(
                name: "IssuedAt",
                table: "Invoices",
                newName: "Date");

            migrationBuilder.AlterDatabase()
                .OldAnnotation("Npgsql:Enum:media_type", "flac,mp3,vinyl");

            migrationBuilder.AlterColumn<string>(
                name: "Name",
                table: "Tracks",
                type: "character varying(100)",
                maxLength: 100,
                nullable: false,
                oldClrType: typeof(string),
                oldType: "character varying(200)",
                oldMaxLength: 200);
        }
    }
}

#include "segmentation/data/csv.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cible {
namespace {

// A file of these bytes that goes when the test ends.
class TempFile {
 public:
  explicit TempFile(const std::string& bytes) {
    std::string name = (std::filesystem::temp_directory_path() / "cible_csv_XXXXXX").string();
    close(mkstemp(name.data()));
    path_ = name;
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  ~TempFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Outcome {
  absl::Status opened;
  std::vector<std::string> header;
  std::vector<std::string> notices;
  char delimiter = 0;
  TextTable table;
  std::vector<RefusedLine> refused;
  absl::Status end;  // Of the read after the last row.
};

Outcome ReadPath(const std::string& path) {
  Outcome outcome;
  const auto reader = CsvReader::Open(path);
  outcome.opened = reader.status();
  if (!reader.ok()) return outcome;
  outcome.header = (*reader)->header();
  outcome.notices = (*reader)->notices();
  outcome.delimiter = (*reader)->delimiter();
  auto table = (*reader)->Read(1 << 30, &outcome.refused);
  if (table.ok()) outcome.table = *table;
  outcome.end = (*reader)->Read(1, &outcome.refused).status();
  return outcome;
}

Outcome ReadBytes(const std::string& bytes) { return ReadPath(TempFile(bytes).path()); }

std::string Gzip(const std::string& bytes) {
  const TempFile plain(bytes);
  const std::string zipped = plain.path() + ".gz";
  EXPECT_EQ(std::system(absl::StrCat("gzip -c ", plain.path(), " > ", zipped).c_str()), 0);
  std::ifstream file(zipped, std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::filesystem::remove(zipped);
  return content;
}

using Cells = std::vector<std::string>;

TEST(CsvReader, ReadsQuotesByteOrderMarkAndCarriageReturns) {
  const Outcome read = ReadBytes("\xEF\xBB\xBF\"id\",name\r\n1,\"a \"\"b\"\", c\"\r\n2,  d \r\n");
  EXPECT_EQ(read.header, (Cells{"id", "name"}));
  EXPECT_EQ(read.table.columns[1], (Cells{"a \"b\", c", "d"}));
  EXPECT_EQ(read.table.lines, (std::vector<std::int64_t>{2, 3}));
}

TEST(CsvReader, KeepsLineEndsInsideQuotesAndCountsTheirLines) {
  const Outcome read = ReadBytes("a,b\n\"x\r\n\r\ny\",1\n\nz,2");
  EXPECT_EQ(read.table.columns[0], (Cells{"x\r\n\r\ny", "z"}));
  EXPECT_EQ(read.table.lines, (std::vector<std::int64_t>{2, 6}));
}

TEST(CsvReader, ReadsTheLastRowWithoutALineEnd) {
  EXPECT_EQ(ReadBytes("a,b\n1,2").table.columns[1], (Cells{"2"}));
  EXPECT_EQ(ReadBytes("a,b\n1,\"2\"").table.columns[1], (Cells{"2"}));
}

TEST(CsvReader, ReadsFilesThatEndLinesWithCarriageReturnsOnly) {
  EXPECT_EQ(ReadBytes("a;b\r1;2\r3;4\r").table.columns[1], (Cells{"2", "4"}));
}

TEST(CsvReader, FindsTheDelimiterDespiteCommasInCellsAndHeader) {
  EXPECT_EQ(ReadBytes("name, first;age\nDoe;3,5\nRoe;4,5\n").delimiter, ';');
  EXPECT_EQ(ReadBytes("a\tb\n1,2,3\t4\n").delimiter, '\t');
  EXPECT_EQ(ReadBytes("a|b|c\n1|2|3\n").delimiter, '|');
  EXPECT_EQ(ReadBytes("a,tags\n1,x|y\n2,x|z\n").delimiter, ',');
  EXPECT_EQ(ReadBytes("\"a;b;c\",d\n\"1;2;3\",4\n").delimiter, ',');
  EXPECT_EQ(ReadBytes("alone\nx\ny\n").delimiter, ',');
}

TEST(CsvReader, NamesEmptyAndRepeatedColumnsAndSaysSo) {
  const Outcome read = ReadBytes("a,,a,a_2\n1,2,3,4\n");
  EXPECT_EQ(read.header, (Cells{"a", "column_2", "a_3", "a_2"}));
  EXPECT_EQ(read.notices, (Cells{"column 2 has no name; it is called \"column_2\"",
                                 "column 3 repeats the name \"a\"; it is called \"a_3\""}));
}

TEST(CsvReader, SaysWhenTheHeaderLooksLikeData) {
  EXPECT_EQ(ReadBytes("1,2.5\n3,4\n").notices,
            (Cells{"the first line holds only numbers; it was read as the header"}));
}

TEST(CsvReader, ReadsAFileOfAHeaderOnly) {
  const Outcome read = ReadBytes("a,b\n");
  EXPECT_TRUE(read.opened.ok());
  EXPECT_EQ(read.table.row_count(), 0);
  EXPECT_TRUE(read.end.ok());
}

TEST(CsvReader, RefusesRaggedRowsAndKeepsTheOthers) {
  const Outcome read = ReadBytes("a,b\n1,2\n3\n4,\"5,5\",6\n7,8\n");
  EXPECT_EQ(read.table.columns[0], (Cells{"1", "7"}));
  ASSERT_EQ(read.refused.size(), 2u);
  EXPECT_EQ(read.refused[0].line, 3);
  EXPECT_EQ(read.refused[0].reason, "has 1 cell; the header has 2");
  EXPECT_EQ(read.refused[1].text, "4,\"5,5\",6");
  EXPECT_EQ(read.refused[1].reason, "has 3 cells; the header has 2");
}

TEST(CsvReader, RefusesRowsThatAreNotUtf8OrHoldNulBytes) {
  const Outcome read = ReadBytes(std::string(70'000, '\n').replace(0, 4, "a,b\n") +
                                 "caf\xE9,1\nx,caf\xC3\xA9\n" + std::string("n\0l,3\n", 6));
  EXPECT_EQ(read.table.columns[0], (Cells{"x"}));
  ASSERT_EQ(read.refused.size(), 2u);
  EXPECT_EQ(read.refused[0].reason, "is not valid UTF-8; save the file as CSV UTF-8");
  EXPECT_EQ(read.refused[1].reason, "holds a NUL byte; remove it");
}

// Two halves of a character in neighbouring cells are two bad cells.
TEST(CsvReader, ChecksUtf8CellByCell) {
  EXPECT_EQ(ReadBytes("a,b\n\xC3,\xA9\n").refused.size(), 1u);
}

struct BadFile {
  std::string bytes;
  std::string message;
};

TEST(CsvReaderOpen, SaysWhatIsWrongWithAFile) {
  const std::vector<BadFile> files = {
      {"", "the file is empty; a CSV file begins with a header"},
      {"\n \r\n", "the file is blank; a CSV file begins with a header"},
      {std::string("a,b\n\0\1\2", 7), "the file holds binary data, not text; give a CSV file"},
      {"PK\x03\x04rest",
       "this is a workbook or zip archive, not a CSV file; export the sheet as CSV"},
      {std::string("\xFF\xFE\x61\0", 4), "the file is UTF-16; save it as CSV in UTF-8"},
      {"pr\xE9nom,age\nx,1\n",
       "the header is not UTF-8 (it may be Windows-1252, as spreadsheets write it); save the file "
       "as CSV UTF-8"},
      {"\"a,b\n1,2\n",
       "the file ends inside a quoted cell of the row that begins on line 1; close the quote, or "
       "copy the file again if it was cut"}};
  for (const BadFile& file : files) {
    const absl::Status status = ReadBytes(file.bytes).opened;
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(status.message(), file.message);
  }
}

TEST(CsvReaderOpen, SaysThatThereIsNoSuchFile) {
  const absl::Status status = CsvReader::Open("/nowhere/contacts.csv").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "there is no file \"/nowhere/contacts.csv\"");
  EXPECT_EQ(CsvReader::Open("/").status().message(), "\"/\" is a folder; give a CSV file");
}

TEST(CsvReaderOpen, RefusesAHundredThousandColumns) {
  std::string header;
  for (int i = 0; i < 100'000; ++i) absl::StrAppend(&header, "column", i, ",");
  const absl::Status status = ReadBytes(header + "\n1,2\n").opened;
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "the header has 100001 columns; at most 10000 can be read. Keep those you need");
}

TEST(CsvReader, ReturnsTheRowsBeforeAQuoteThatIsNeverClosed) {
  const Outcome read = ReadBytes("a,b\n1,2\n3,\"4\n5,6\n");
  EXPECT_EQ(read.table.columns[0], (Cells{"1"}));
  EXPECT_EQ(read.end.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(read.end.message(),
            "the file ends inside a quoted cell of the row that begins on line 3; close the quote, "
            "or copy the file again if it was cut");
}

TEST(CsvReader, GivesUpOnARowAboveSixteenMegabytes) {
  const Outcome read = ReadBytes("a,b\n1,2\n3,\"" + std::string(40u << 20, 'x'));
  EXPECT_EQ(read.table.row_count(), 1);
  EXPECT_EQ(read.end.message(),
            "the row that begins on line 3 is longer than 16 MiB; close the quote that may be open "
            "there, or break the text into lines");
}

TEST(CsvReader, ReadsALineOfSeveralMegabytes) {
  const std::string cell(3u << 20, 'y');
  EXPECT_EQ(ReadBytes("a,b\n" + cell + ",2\n").table.columns[0][0], cell);
}

TEST(CsvReader, ReadsGzipAndReportsACutStreamAfterItsRows) {
  std::string text = "id,n\n";
  for (int i = 0; i < 50'000; ++i) absl::StrAppend(&text, i, ",", i * 7919 % 10007, "\n");
  const std::string zipped = Gzip(text);
  EXPECT_EQ(ReadBytes(zipped).table.row_count(), 50'000);
  const Outcome cut = ReadBytes(zipped.substr(0, zipped.size() / 2));
  EXPECT_GT(cut.table.row_count(), 1000);
  EXPECT_LT(cut.table.row_count(), 50'000);
  EXPECT_TRUE(cut.refused.empty());
  EXPECT_EQ(cut.end.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StartsWith(cut.end.message(),
                               "the gzip file is cut short; copy or download it again (reading "
                               "stopped after line "));
}

TEST(CsvReader, ReadsInBlocksAndTellsHowFarItIs) {
  std::string text = "id\n";
  for (int i = 0; i < 100'000; ++i) absl::StrAppend(&text, i, "\n");
  const TempFile file(text);
  const auto reader = CsvReader::Open(file.path());
  ASSERT_TRUE(reader.ok());
  std::vector<RefusedLine> refused;
  EXPECT_EQ((*reader)->Read(10, &refused)->columns[0][9], "9");
  EXPECT_EQ((*reader)->Read(10, &refused)->columns[0][0], "10");
  EXPECT_LT((*reader)->position(), (*reader)->size());
  EXPECT_EQ((*reader)->Read(1 << 20, &refused)->row_count(), 100'000 - 20);
  EXPECT_EQ((*reader)->position(), (*reader)->size());
  EXPECT_EQ((*reader)->Read(10, &refused)->row_count(), 0);
}

TEST(CsvLine, QuotesWhatNeedsItAndReadsBack) {
  const Cells cells = {"a,b", "say \"x\"", "two\nlines", " kept ", "plain", ""};
  EXPECT_EQ(CsvLine(cells), "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" kept \",plain,\n");
  const Outcome read = ReadBytes("1st,b,c,d,e,f\n" + CsvLine(cells));
  ASSERT_EQ(read.table.row_count(), 1);
  for (std::size_t i = 0; i < cells.size(); ++i) EXPECT_EQ(read.table.columns[i][0], cells[i]);
}

TEST(CsvReader, ReadsEveryRowOfTheSharedFiles) {
  const std::string folder = CIBLE_SHARED_DATA;
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no ../shared/data: nothing to read";
  const std::vector<std::tuple<std::string, int, std::size_t, char>> files = {
      {"bank-full.csv.gz", 45'211, 17, ';'},
      {"marketing_campaign.csv", 2'240, 29, ','},
      {"mcdonalds.csv", 1'453, 15, ','},
      {"carcinoma.csv", 118, 7, ','},
      {"values.csv", 216, 4, ','},
      {"Leads.csv.gz", 9'240, 37, ','},
      {"fr_regions.csv", 18, 10, ','},
      {"fr_departements.csv", 101, 11, ','},
      {"fr_communes.csv.gz", 36'208, 19, ','},
      {"online_retail_2010-12_2011-03.csv.gz", 142'083, 8, ','}};
  for (const auto& [name, rows, columns, delimiter] : files) {
    const Outcome read = ReadPath(folder + "/" + name);
    EXPECT_EQ(read.table.row_count(), rows) << name;
    EXPECT_EQ(read.header.size(), columns) << name;
    EXPECT_EQ(read.delimiter, delimiter) << name;
    EXPECT_TRUE(read.refused.empty()) << name;
    EXPECT_TRUE(read.end.ok()) << name;
  }
}

}  // namespace
}  // namespace cible

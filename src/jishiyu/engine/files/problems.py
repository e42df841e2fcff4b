"""What can be wrong with a file as a whole."""

from jishiyu.engine.problems import Problem


class FileNotThere(Problem):
    """The path leads to no file."""

    en = "There is no file {file}. Check the name and start again."
    zh = "找不到文件 {file}。请检查文件名后重试。"


class FileEmpty(Problem):
    """Nothing stands in the file."""

    en = "{file} is empty. Ask for the file again; nothing was taken."
    zh = "文件 {file} 是空的。请向来源单位重新索取;未导入任何内容。"


class FileEncrypted(Problem):
    """A password is needed."""

    en = "{file} is protected by a password. Save it without a password and hand it in again."
    zh = "文件 {file} 设有密码。请取消密码后重新提交。"


class FileUnreadable(Problem):
    """The kind is known, but the content is cut off or damaged."""

    en = "{file} looks like {kind} but cannot be read to its end ({detail}). Ask for the file again; nothing was taken."
    zh = "文件 {file} 像是 {kind},但内容不完整或已损坏({detail})。请向来源单位重新索取;未导入任何内容。"


class CellFarAway(Problem):
    """Something stands in a cell far away from all others: the table would be empty for the most part, and too large to hold."""

    en = (
        "{file} has something in cell {cell}, far away from everything else. Delete the rows below or the columns beside the table, "
        "save the file and hand it in again; nothing was taken."
    )
    zh = "文件 {file} 的单元格 {cell} 中有内容,离其他内容很远。请删除表格下方的行或右侧的列,保存后重新提交;未导入任何内容。"


class SheetTooLarge(Problem):
    """A sheet unpacks to more than any workbook of lines holds."""

    en = "{file} unpacks to far more than a workbook holds. Save its lines as CSV and hand that in; nothing was taken."
    zh = "文件 {file} 解压后远大于工作簿应有的大小。请把内容另存为 CSV 后提交;未导入任何内容。"


class ContentUnknown(Problem):
    """The content is none of the kinds that can be read."""

    en = "{file} is neither CSV, TSV, ZIP, xlsx, xls, JSON lines nor Parquet ({detail}). Save it as one of these."
    zh = "文件 {file} 不是 CSV、TSV、ZIP、xlsx、xls、JSON 行或 Parquet({detail})。请另存为其中一种后重新提交。"


class ColumnsMissing(Problem):
    """Needed columns do not stand in the heading row."""

    en = "{file} has no column for {missing}. The headings seen are: {seen}. Ask for a file with these columns."
    zh = "文件 {file} 缺少列:{missing}。看到的表头是:{seen}。请补齐这些列后重新提交。"


class ColumnTwice(Problem):
    """Two headings mean the same column."""

    en = "{file} has several columns for {field}: {headings}. Leave one of them in the file."
    zh = "文件 {file} 中有几列都表示 {field}:{headings}。请只保留一列。"

"""Workbooks as the common programs write them, made by hand for the tests."""

import zipfile
from collections.abc import Sequence
from io import BytesIO
from xml.sax.saxutils import escape

NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
STYLES = f"""<styleSheet {NS}><numFmts><numFmt numFmtId="164" formatCode='yyyy"년" m"월"'/><numFmt numFmtId="165"
formatCode='0.0 "days"'/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/>
<xf numFmtId="165"/></cellXfs></styleSheet>"""
PLAIN, DAY, MOMENT, OWN_DATE, OWN_NUMBER = range(5)
"""Styles of number cells."""
Cell = str | float | bool | tuple[float, int] | None


def workbook(rows: Sequence[Sequence[Cell]], is_1904: bool = False, inline: bool = False) -> bytes:
    """Bytes of a workbook with one sheet; a pair is a number with a style."""
    words: list[str] = []
    lines = "".join(_row(number, row, words, inline) for number, row in enumerate(rows, start=1) if row)
    parts = {
        "xl/workbook.xml": f"<workbook {NS}><workbookPr date1904='{int(is_1904)}'/></workbook>",
        "xl/worksheets/sheet1.xml": f"<worksheet {NS}><sheetData>{lines}</sheetData></worksheet>",
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f"<sst {NS}>" + "".join(f"<si>{_runs(word)}</si>" for word in words) + "</sst>",
    }
    return packed(parts)


def packed(parts: dict[str, str]) -> bytes:
    """Bytes of an archive of these parts."""
    memory = BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return memory.getvalue()


def _runs(word: str) -> str:
    half = len(word) // 2
    return f"<r><t>{escape(word[:half])}</t></r><r><t>{escape(word[half:])}</t></r><rPh><t>reading</t></rPh>"


def _row(number: int, row: Sequence[Cell], words: list[str], inline: bool) -> str:
    cells = "".join(
        _cell(f"{chr(65 + k)}{number}", value, words, inline) for k, value in enumerate(row) if value is not None
    )
    return f'<row r="{number}">{cells}</row>'


def _cell(name: str, value: Cell, words: list[str], inline: bool) -> str:
    if isinstance(value, bool):
        return f'<c r="{name}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, tuple):
        return f'<c r="{name}" s="{value[1]}"><v>{value[0]}</v></c>'
    if isinstance(value, str) and inline:
        return f'<c r="{name}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    if isinstance(value, str):
        words.append(value)
        return f'<c r="{name}" t="s"><v>{len(words) - 1}</v></c>'
    return f'<c r="{name}"><v>{value}</v></c>'

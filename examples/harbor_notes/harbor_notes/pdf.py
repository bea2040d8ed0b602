"""A PDF of plain lines: one page for each forty-eight, Helvetica, nothing else."""

from collections.abc import Iterable, Iterator

from harbor_notes.notes import Note

LINES_A_PAGE = 48
FIRST_PAGE = 4  # 1 catalog, 2 pages, 3 font; then a page and its content in turn


def lines_of(notes: Iterable[Note]) -> Iterator[str]:
    """Return what is printed of ``notes``: the day of each before its first line, the others below."""
    for note in notes:
        first, *others = note.text.splitlines() or [""]
        yield f"{note.day}   {first}"
        yield from (" " * 19 + line for line in others)


def pdf_of(lines: Iterable[str]) -> bytes:
    """Return a PDF 1.4 file that shows ``lines``; characters outside Latin-1 become question marks."""
    all_lines = list(lines)
    pages = [all_lines[at : at + LINES_A_PAGE] for at in range(0, len(all_lines), LINES_A_PAGE)] or [[]]
    objects = list(_objects(pages))
    body, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _objects(pages: list[list[str]]) -> Iterator[bytes]:
    kids = b" ".join(b"%d 0 R" % (FIRST_PAGE + 2 * at) for at in range(len(pages)))
    yield b"<< /Type /Catalog /Pages 2 0 R >>"
    yield b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(pages))
    yield b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    for at, lines in enumerate(pages):
        content = b"BT /F1 11 Tf 15 TL 56 786 Td\n" + b"".join(_line(line) for line in lines) + b"ET"
        yield (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (FIRST_PAGE + 2 * at + 1)
        )
        yield b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content)


def _line(text: str) -> bytes:
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return b"(%b) Tj T*\n" % escaped.encode("latin-1", "replace")

"""Where a text's paragraphs and sentences stand. Nothing is changed, joined or dropped.

Two steps. The layout step reads line ends only: it finds the paragraphs and, inside them, the line
breaks that no sentence may cross (after a heading, before a list item). The second step looks at
every terminator in between and decides, from the word before it and the word after it, whether a
sentence ends there. Quotations and brackets are split like any other text: a quotation of five
sentences is five sentences, each with the quotation marks that touch it.
All offsets are code points; the time taken is linear in the length of any text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, pairwise

from qa.answer import Sentence, Span

_Place = tuple[int, int]  # start and end, as in a Span, where there are too many for objects
_LONGEST_WRAP = 120  # a line longer than this was not broken by hand or by a wrapping program
_SHORTEST_WRAP = 25
_MONSTER = 1500  # a "sentence" longer than this, in code points, is cut

# Terminators that end a sentence wherever they stand, with or without a blank after them.
_HARD = "。！？｡।॥։؟۔።፧፨៕។།။"
_LOUD = frozenset("?!‽⁇⁈⁉")
_STOPS = ".!?…‽⁇⁈⁉" + _HARD
_CLOSERS = "\"'”’“‘»«›‹)]}*_」』）】〉》］〕"
_OPENERS = "\"'“”‘’„‚«»‹›([{¿¡*_#•—–-「『（【〈《［〔"

# The optional groups never fail and never give back, so every character is looked at once.
_TERMINATOR = re.compile(
    rf"(?P<stop>[{_STOPS}:;]++)"
    rf"(?P<close>[{re.escape(_CLOSERS)}]*+(?:[ \u00a0\u202f][»”](?!\w))?+)"
    r"(?P<note>(?:\[(?:[A-Za-z]{0,4} ?\d{1,3}|[a-z][a-z ]{0,28})\]|[¹²³⁰⁴-⁹])*+(?:(?<=\]):\d++)?+)"
    r"(?P<blank>\s*+)"
)
_NEXT = re.compile(
    rf"(?:[{re.escape(_OPENERS)}][ \u00a0\u202f]?){{0,4}}+(?:\.{{1,3}}(?=\w)|…)?"
    r"(?P<word>\w{0,24})(?P<after>.?)",
    re.DOTALL,
)
_SPEECH = re.compile(
    r"[^\W\d_]\w*(?: [^\W\d_][\w.]*){0,2}? (?:said|says|asked|asks|told|wrote|replied|answered|"
    r"shouted|cried|exclaimed|wondered|added)\b"
)
_NUMBERING = re.compile(r"[(\[]?(?:\d{1,3}|[^\W\d_]|[ivxIVX]{2,5})")
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_NUMERAL = re.compile(r"\d.*|[IVXLC]{2,}|[B-HJ-Z]")
_ALNUM = re.compile(r"[^\W_]")
_ITEM = re.compile(
    r"(?P<strong>(?:[*+•‣◦▪●■○]|#{1,6})\s|\|)"
    r"|(?P<weak>(?:[-–—]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{2,5})[.)])\s)"
)
_STOPPED = re.compile(rf"[{_STOPS}][{re.escape(_CLOSERS)}]*+(?:\[\w{{1,4}}\])*+\Z")


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


# A full stop after these never ends a sentence. Compared in lower case, blanks inside removed.
_NEVER = _words(
    "mr mrs ms messrs dr drs prof gen lt col sgt cpl pvt capt cmdr cmdt maj adm brig sen sens rep",
    "reps gov atty rev hon msgr supt pres amb mt ft vs viz cf lit e.g i.e a.k.a eg ie approx m mm",
    "mme mlle mgr p.ex c.-à-d hr fr frl z.b d.h u.a u.u o.ä i.d.r v.a zz bzw ca vgl inkl exkl",
    "evtl ggf sog dipl ing sr.d sra srta dra dña p.ej ee ud uds exma sig dott avv dhr mevr bijv fa",
)
# These hold a number or letter to them: "No. 5", "Sept. 19", "Vol. II", "et al. 2020".
_NUMBERED = _words(
    "no nos nr vol vols p pp fig figs sec ch art arts bd abb abs op opp pt pts ver v c ca fl al",
    "tel ext est rt eq eqs ref refs para pág págs núm cap bl jan feb mar apr jun jul aug sep",
    "sept oct nov dec janv févr avr juil déc ene abr ago dic mon tue tues wed thu thur thurs fri",
)
# After these a sentence ends only where the next word hardly stands inside one (_STARTERS).
_SOFT = _words(
    "Inc Corp Ltd Co Cos Bros LLC LLP Plc plc Jr Sr Esq St Ste Ave Blvd Rd Dept dept Univ Assn Ph",
    "Intl Natl Govt al Mio Mrd Jh Str geb gest Chr Hrsg UU Cía ed eds Ala Ariz Ark Calif Colo",
    "Conn Del Fla Ga Ill Ind Kan Ky La Md Mass Mich Minn Miss Mo Mont Neb Nev Okla Ore Pa Tenn",
    "Tex Va Vt Wash Wis Wyo",
)
_STARTERS = _words(
    "A An The This That These Those He She It They We You I His Her Its Their Our My Your There",
    "Here Who What When Where Why How And But Or So Yet If Although Though Because Since While As",
    "At In On By For From With Without After Before During Until Then However Moreover Meanwhile",
    "Also Still Some Both Many Most Several Such Not Today Yesterday According Despite Der Die Das",
    "Ein Eine Er Sie Es Wir Ich Ihr Im Am Dies Diese Dieser Dieses Doch Aber Und Auch Nach Bei Mit",
    "Seit Sein Seine Als Wenn Le La Les Un Une Il Elle Ils Elles Nous Vous Ce Cette Ces Mais Dans",
    "En Pour Après Au Aux El Los Las Una Él Ella Ellos Pero Para Por Según",
)
# Starters that also begin surnames: "J. Le Carré", "A. El Fassi".
_SURNAMES = _words("Le La Les El Los Las Das Il Am Im An Un En Die Sein")
_CLOCK = _words(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May",
    "June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept",
    "Oct Nov Dec Mon Tue Tues Wed Thu Thurs Fri Sat Sun Eastern Central Mountain Pacific",
)
_AFTER_ORDINAL = _words(  # "am 3. Oktober", "im 19. Jahrhundert"
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "Jahrhundert Jahrhunderts Jh Weltkrieg Weltkriegs",
)


def paragraphs(text: str) -> list[Span]:
    """The paragraphs of `text`: trimmed, not empty, in order; all outside of them is white space.

    Blank lines separate them. Where lines follow each other directly, hard-wrapped lines and lists
    are kept together, and other lines are paragraphs of their own.
    """
    return [Span(runs[0][0], runs[-1][1]) for runs in _layout(text)]


def pieces(text: str) -> list[Span]:
    """The sentences with the white space after them: joined, they are `text` again, exactly.

    White space at the very start belongs to the first piece. A piece need not hold a letter (a line
    of dashes is one). Only the empty text has no piece.
    """
    if not text:
        return []
    starts = [start for found in _sentences(text) for start, _ in found]
    starts[:1] = [0]
    return [Span(a, b) for a, b in pairwise([*starts, len(text)])]


def sentences(text: str, headline: Span | None = None) -> list[Sentence]:
    """The sentences of `text` in order: trimmed, each with a letter or digit, none overlapping.

    `paragraph` is the place in `paragraphs(text)`; a sentence stands in one paragraph. `headline`
    is a sentence with exactly that span, whatever stops it holds, and what stands before it in its
    paragraph (a date, say) is none.
    """
    result: list[Sentence] = []
    border = 0  # nothing before it is a sentence any more
    pending = headline and _ALNUM.search(text, headline.start, headline.end) is not None
    for number, found in enumerate(_sentences(text)):
        if headline and pending and headline.start < found[-1][1]:
            result.append(Sentence(headline.start, headline.end, number))
            pending = False
            border = headline.end
        for start, end in found:
            if start < border:
                start = end - len(text[border:end].lstrip())
            if start < end and _ALNUM.search(text, start, end):
                result.append(Sentence(start, end, number))
    return result


def _sentences(text: str) -> Iterable[list[_Place]]:
    """For each paragraph its sentences, trimmed; between them is only white space."""
    for runs in _layout(text):
        yield [place for run in runs for place in _split(text, *run)]


# Layout: lines, paragraphs, and line breaks that no sentence crosses.


def _layout(text: str) -> list[list[_Place]]:
    """Each paragraph as its runs: the places between line breaks that no sentence crosses."""
    blocks: list[list[_Place]] = [[]]
    for start, end in _lines(text, 0, len(text)):
        if start < end:
            blocks[-1].append((start, end))
        elif blocks[-1]:
            blocks.append([])
    width = _wrap_width(text, [block for block in blocks if len(block) > 1])
    return [paragraph for block in blocks if block for paragraph in _group(text, block, width)]


def _lines(text: str, start: int, end: int) -> Iterable[_Place]:
    """The lines of text[start:end], each trimmed of white space; empty where nothing else is."""
    for line in text[start:end].splitlines(keepends=True):
        body = line.strip()
        left = start + (line.find(body) if body else 0)
        yield left, left + len(body)
        start += len(line)


def _wrap_width(text: str, blocks: list[list[_Place]]) -> int:
    """The width at which the text's lines were broken by hand or program, or 0 where they were not.

    Wrapped prose shows in full lines that end in the middle of a sentence, the next line beginning
    with a small letter (or one of a script without capitals). The whole text is asked, because a
    single break tells little.
    """
    widths = sorted(b - a for block in blocks for a, b in block[:-1] if b - a <= _LONGEST_WRAP)
    width = widths[len(widths) * 9 // 10] if widths else 0
    if width < _SHORTEST_WRAP:
        return 0
    full = running = 0
    ragged = []
    for above, below in chain.from_iterable(map(pairwise, blocks)):
        if _is_full(text, above, below, width):
            full += 1
            if not _is_stopped(text, *above):
                ragged.append(below[0])
                running += not _first_letter(text, below[0]).isupper()
    if running >= 0.4 * full > 0:
        return width
    if len(ragged) == len(widths) == 1 and width > 50:
        # One break before a capital: a name, or a heading and the sentence below it.
        return 0 if _word_at(text, ragged[0], len(text))[0] in _STARTERS else width
    return 0


def _group(text: str, block: list[_Place], width: int) -> Iterable[list[_Place]]:
    """The paragraphs of one block of lines without a blank line in it."""
    above = block[0]
    kind_above = _kind(text, *above)
    runs = [above]
    in_list = kind_above in ("strong", "weak")
    for below in block[1:]:
        kind = _kind(text, *below)
        stopped = _is_stopped(text, *above)
        full = width > 0 and _is_full(text, above, below, width)
        if kind == "weak" and full and not (in_list or stopped or text[above[1] - 1] == ":"):
            kind = "plain"  # a number or dash that happens to begin a line
        item = kind in ("strong", "weak")
        if item and kind_above != "apart":
            runs.append(below)
        elif kind == "apart" or kind_above == "apart" or (stopped and not full):
            yield runs
            runs = [below]
            in_list = False
        elif full or (kind_above != "strong" and _first_letter(text, below[0]).islower()):
            runs[-1] = (runs[-1][0], below[1])
        else:
            runs.append(below)
        in_list = in_list or item
        above, kind_above = below, kind
    yield runs


def _kind(text: str, start: int, end: int) -> str:
    """What a line is: "apart" (too long to be wrapped, or no word in it), an item, or "plain"."""
    if end - start > _LONGEST_WRAP:
        return "apart"
    if text[start].isalpha() and text[start + 1 : start + 2] not in (".", ")"):
        return "plain"
    if not _ALNUM.search(text, start, end):
        return "apart"
    item = _ITEM.match(text, start, end)
    return (item and item.lastgroup) or "plain"


def _is_full(text: str, above: _Place, below: _Place, width: int) -> bool:
    """Whether the line above had no room for the first word of the line below."""
    length = above[1] - above[0]
    if not _SHORTEST_WRAP <= length <= _LONGEST_WRAP or below[1] - below[0] > _LONGEST_WRAP:
        return False
    word = len(text[below[0] : min(below[1], below[0] + 20)].split(None, 1)[0])
    # A wrapping program that counts bytes or breaks earlier than it must is forgiven a fifth.
    return length + 1 + word > 0.8 * width


def _is_stopped(text: str, start: int, end: int) -> bool:
    """Whether a line ends with a terminator, closing marks aside."""
    last = text[end - 1]
    if last.isalpha() or last in _STOPS:
        return not last.isalpha()
    return _STOPPED.search(text[max(start, end - 12) : end]) is not None


def _first_letter(text: str, start: int) -> str:
    return text[start] if text[start].isalpha() else _word_at(text, start, len(text))[0][:1]


# Sentences inside a run.


def _split(text: str, start: int, end: int) -> list[_Place]:
    """The sentences of one run, trimmed; `start` and `end` touch no white space."""
    found = []
    first = start
    small = None  # whether the run is written without capitals; asked when it matters
    for match in _TERMINATOR.finditer(text, start, end):
        before, after = match.span("blank")
        if after == end:
            break
        if text[match.end("stop") - 1] in _HARD:
            # 「行く。」と言った: a quotation inside a Japanese sentence.
            split = text[after] not in "、，,;；：" + ("とのをがはなっ" if match["close"] else "")
        elif before == after:
            before = after = _glued_border(text, first, match, end)
            split = after > 0
        else:
            if small is None:
                small = text[start:end].islower()
            split = _ends(text, first, match, end, small)
        if split:
            found.append((first, before))
            first = after
    found.append((first, end))
    if end - start > _MONSTER:
        found = [part for place in found for part in _tamed(text, *place)]
    return found


def _word_at(text: str, start: int, end: int) -> tuple[str, str]:
    """The word that begins at `start`, opening marks aside, and the character after it."""
    word, after = found.groups() if (found := _NEXT.match(text, start, end)) else ("", "")
    return word, after


def _word_before(text: str, first: int, stop: int) -> str:
    """The word that a terminator at `stop` follows, with the full stops inside it: "U.S", "Mr"."""
    chunk = text[max(first, stop - 24) : stop].rsplit(None, 2)[-2:]
    if not chunk:
        return ""
    word = chunk[-1]
    if not word.isalnum():
        word = re.split(r"[^\w.’']", word)[-1].strip(".")
    if len(word) > 3 or chunk[0][-1] != ".":
        return word
    joined = chunk[0] + word  # "z. B." and "p. ex." are one abbreviation each
    return joined if joined.lower() in _NEVER else word


def _glued_border(text: str, first: int, match: re.Match[str], end: int) -> int:
    """Where a sentence begins that follows a terminator without a blank, or 0 where none does."""
    stop, close, note, _ = match.groups()
    border = match.end()
    if stop[-1] in "!?" and "\u3040" <= text[border] <= "\u9fff":
        return border
    if not text[border].isupper() or stop not in (".", "!", "?"):
        return 0
    if note:
        return border
    word = _word_before(text, first, match.start())
    if not (word.isalpha() and len(word) > 1 and word[-2:].islower()):
        return 0
    if close in ("“", "‘", "„"):  # said.“We
        return border - 1
    follower, after = _word_at(text, border, end)
    return border if follower in _STARTERS and after.isspace() else 0


def _ends(text: str, first: int, match: re.Match[str], end: int, small: bool) -> bool:
    """Whether a sentence ends at this terminator, which white space follows."""
    at, after = match.start(), match.end()
    if text[after].islower() and not small and not text[after + 1 : after + 2].isupper():
        return False  # but "iPhone sales fell" may begin a sentence
    stop = match["stop"]
    word, behind = _word_at(text, after, end)
    if not word:
        return behind not in ".,;:!?…)]}" and stop[-1] not in ":;"
    new = word[0].isupper() or word[1:2].isupper() or not (word[0].islower() or word[0].isdigit())
    if stop[-1] in ":;":
        # Written for the Armenian full stop and the Greek question mark, which look alike.
        last = text[max(at - 1, first)]
        return new and ("ա" <= last <= "և" if stop[-1] == ":" else "Ͱ" <= last <= "Ͽ")
    before = _word_before(text, first, at)
    if stop != "." and _LOUD.isdisjoint(stop):  # an ellipsis
        return word[0].isupper() and word != before
    starter = word in _STARTERS and behind not in (".", "-")
    if stop != ".":
        if not (new or small or word[0].isdigit()) or text[at - 1 : at] in ("(", "["):
            return False  # “Why?” he asked. The (!) mark.
        if before in ("Yahoo", "Jeopardy", "Wham") and not match["close"]:
            return starter
        asks = match["close"] and (word == "I" or not starter) and _SPEECH.match(text, after)
        return not asks  # “Why?” Pashinyan asked.
    if word[0].islower() and not new:
        return small and len(before) > 2 and _ends_at_full_stop(text, at, before, word, False)
    if at - first <= 6 and _NUMBERING.fullmatch(text, first, at):
        return False  # the number of a list item
    return _ends_at_full_stop(text, at, before, word, starter)


def _ends_at_full_stop(text: str, at: int, before: str, word: str, starter: bool) -> bool:
    """Whether a sentence ends at the full stop at `at`, between the words `before` and `word`."""
    low = before.lower()
    if low in _NEVER or (low in _NUMBERED and _NUMERAL.fullmatch(word)):
        return False
    if before.isdigit():
        start = at - len(before)  # German ordinals; and "Do this: 1. Wash your hands."
        return len(before) > 2 or (word not in _AFTER_ORDINAL and text[start - 2 : start] != ": ")
    if low in ("a.m", "p.m"):
        return not (word in _CLOCK or word[0].isdigit() or (word.isupper() and 1 < len(word) < 5))
    if len(before) == 1 and before.isalpha():
        lead = text[max(at - 3, 0) : at - 1]
        if lead[-1:] == "°" or (before == "I" and lead[:1].islower()):
            return True  # "14 °C. Plants ..."; "he and I. Macron ..."
        return starter and word not in _SURNAMES
    return starter or not (before in _SOFT or _ACRONYM.fullmatch(before))


def _tamed(text: str, start: int, end: int) -> Iterable[_Place]:
    """The place itself or, if it is monstrous, its parts, cut at line breaks or else at blanks."""
    while end - start > _MONSTER:
        last = start + _MONSTER
        cut = max(text.rfind("\n", start + 1, last), start)
        if cut == start:
            cut = max(text.rfind(" ", start + 1, last), start)
        if cut == start:
            cut = last
        yield start, start + len(text[start:cut].rstrip())
        start = end - len(text[cut:end].lstrip())
    yield start, end

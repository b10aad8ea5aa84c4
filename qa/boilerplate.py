"""What stands on a web page beside its text: menus, banners, lists of other articles.

Pages that do not use HTML's own elements for these say it in roles, or in names for their designer.
Names are believed only where the content bears them out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_ROLES = frozenset((
    "navigation", "banner", "contentinfo", "complementary", "search", "dialog", "alertdialog",
    "menu", "menubar", "toolbar",
))  # fmt: skip

# Never beside the text, whatever they are called.
_MAIN = frozenset({"html", "body", "main", "article", "h1", "p"})

_SURE = re.compile(
    r"(?<![a-z])(?:cookie[-_ ]?(?:banner|consent|notice|bar|law|popup|message|overlay|warning)"
    r"|cc[-_]window|(?:gdpr|consent)[-_](?:banner|notice|bar|popup|overlay)|onetrust[-_]\w{1,20}"
    r"|mw-editsection|skip-link|newsletter[-_]?(?:signup|sign-up|form|box|promo|cta)?)(?![a-z])"
    # "has-comments" and "with-footer" are said of what is around the text.
    r"|(?<![\w-])(?:(?:site|page)-)?footer(?![\w-])",
    re.IGNORECASE,
)
_COMMENTS = re.compile(
    r"(?<![\w-])(?:comments(?:-area|-section|-list)?|comment-list|disqus_thread)(?![\w-])",
    re.IGNORECASE,
)
_LIKELY = re.compile(
    r"(?<![a-z])(?:related|recommended|recirculation|read-more|more-(?:stories|news|articles)|"
    r"most-(?:read|popular|viewed)|trending|popular|sidebar|menu|nav|navbar|navigation|topbar|"
    r"breadcrumbs?|share|sharing|social|tags|toc|pagination|pager|subnav)(?![a-z])",
    re.IGNORECASE,
)

# A part with more text than this, in characters, is no banner or footer.
_LONGEST = 2_000

# The share of text in links above which a part leads elsewhere.
_LINKED = 0.5


def has_role_beside(attributes: dict[str, str | None]) -> bool:
    """Whether an element says that it is no part of the text."""
    return (attributes.get("role") or "").lower() in _ROLES


def is_named_beside(node: LexborNode, attributes: dict[str, str | None]) -> bool:
    """Whether an element's class or id, and what is in it, tell that it is no part of the text."""
    if node.tag in _MAIN:
        return False
    names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"[:500]
    if _COMMENTS.search(names):
        return True
    if _SURE.search(names):
        return len(node.text()) <= _LONGEST
    if not _LIKELY.search(names):
        return False
    length = len("".join(node.text().split()))
    linked = sum(len("".join(link.text().split())) for link in node.css("a, button"))
    return length > 0 and linked >= _LINKED * length

"""The product's table of contents: one file under pages/ and one line here make a page."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cx.access.rights import User, may, scope

ROOT = Path(__file__).resolve().parents[1]
HOME = "overview"  # the page at "/": it has no path of its own
SECTIONS = ("listen", "understand", "analyse", "act", "report", "admin")


@dataclass(frozen=True)
class Page:
    """One page: ``section/stem``, its icon (Material) and the right that opens it; ``whole``: only for those who see
    the whole bank, not for roles of a branch."""

    name: str
    icon: str
    right: str
    whole: bool = False

    @property
    def section(self) -> str:
        return self.name.split("/")[0]

    @property
    def stem(self) -> str:
        return self.name.split("/")[1]

    @cached_property
    def file(self) -> Path:
        return ROOT / "pages" / f"{self.name}.py"

    @property
    def address(self) -> str:
        """The path of its URL on this server."""
        return "/" if self.stem == HOME else f"/{self.stem}"


PAGES = (
    Page("listen/quick_survey", "qr_code_2", "quick_survey"),
    Page("listen/surveys", "edit_note", "surveys_view"),
    Page("listen/builder", "design_services", "surveys_edit"),
    Page("listen/invitations", "forward_to_inbox", "invite"),
    Page("listen/quality", "rule", "quality"),
    Page("listen/uploads", "upload_file", "upload"),
    Page("listen/dictionary", "menu_book", "dictionary_edit"),
    Page("listen/lexicon", "dictionary", "dictionary_edit"),
    Page("listen/sources", "verified", "upload"),
    Page("understand/overview", "adjust", "headline"),  # the headline alone, or all of it with the right "overview"
    Page("understand/nps", "trending_up", "understand"),
    Page("understand/compare", "compare_arrows", "understand"),
    Page("understand/journey", "route", "understand"),
    Page("understand/drivers", "stacked_bar_chart", "understand"),
    Page("understand/dashboards", "dashboard", "understand"),
    Page("understand/voices", "forum", "comments"),
    Page("analyse/crosscheck", "join_inner", "understand"),
    Page("analyse/indicators", "account_tree", "understand"),
    Page("analyse/stages", "stairs", "understand"),
    Page("analyse/coverage", "grid_on", "understand"),
    Page("analyse/walks", "checklist", "understand"),
    Page("analyse/weighting", "balance", "understand"),
    Page("analyse/groups", "group_work", "understand"),
    Page("analyse/personas", "groups", "understand"),
    Page("analyse/value", "savings", "understand", whole=True),
    Page("act/signals", "monitor_heart", "act_view"),
    Page("act/cases", "support_agent", "act_view"),
    Page("act/pain_points", "healing", "act_view"),
    Page("act/quick_wins", "bolt", "act_view"),
    Page("act/actions", "view_kanban", "act_view"),
    Page("act/rollout", "fork_right", "act_view"),
    Page("act/experiments", "science", "act_view"),
    Page("act/my_branch", "storefront", "headline"),
    Page("report/report", "picture_as_pdf", "report"),
    Page("report/retrospect", "history", "report"),
    Page("admin/people", "group", "people"),
    Page("admin/bank", "account_balance", "bank_data"),
    Page("admin/feeds", "sensors", "feeds"),
    Page("admin/audit", "verified_user", "audit"),
)


def of_file(file: str | Path) -> Page:
    """The page of a script. Raises ``KeyError`` when it is not in the table."""
    path = Path(file).resolve()
    for page in PAGES:
        if page.file == path:
            return page
    raise KeyError(str(file))


def of_stem(stem: str) -> Page:
    """The page by its short name. Raises ``KeyError``."""
    for page in PAGES:
        if page.stem == stem:
            return page
    raise KeyError(stem)


def allowed(user: User) -> tuple[Page, ...]:
    """The pages that a user may open, in the order of the table."""
    sees_all = scope(user).branches is None
    return tuple(p for p in PAGES if may(user, p.right) and (sees_all or not p.whole))

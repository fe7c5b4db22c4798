"""The schedule: what prefect.yaml deploys is what `passerelle serve` serves; what a run is said to have changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from flows import serve
from flows.board import report_address
from flows.changes import changes, plain, published_summary
from flows.summary import Counts, DocumentReport, RunSummary, Words

ROOT = Path(__file__).resolve().parent.parent


def test_prefect_yaml_and_serve_are_the_same_deployment() -> None:
    from prefect.flows import load_flow_from_entrypoint

    (written,) = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    served = serve.deployment(serve.CRON, serve.TIMEZONE, {"raw": "/data/raw"})
    (schedule,) = served.schedules or []
    assert written["schedules"] == [
        {"cron": schedule.schedule.cron, "timezone": schedule.schedule.timezone, "active": schedule.active}
    ]
    assert (written["name"], written["description"]) == (served.name, served.description)
    assert written["concurrency_limit"]["limit"] == served.concurrency_limit == 1
    options = served.concurrency_options
    assert options is not None
    assert written["concurrency_limit"]["collision_strategy"] == options.collision_strategy
    assert served.parameters == {"raw": "/data/raw"}
    assert load_flow_from_entrypoint(written["entrypoint"]).name == served.flow_name == "passerelle"
    assert served.entrypoint == written["entrypoint"]


def detail(
    name: str, status: Any = "extracted", *, reused: bool = False, problem: str = ""
) -> DocumentReport:
    return DocumentReport(
        file_name=f"{name}.pdf",
        study_id=None if status in ("missing", "rejected") else name,
        status=status,
        pages=1,
        country_mentions=0,
        institution_mentions=0,
        recommendations=0,
        seconds=0,
        reused=reused,
        problems=[problem] if problem else [],
    )


def summary(details: list[DocumentReport], recommendations: int) -> RunSummary:
    return RunSummary.model_construct(
        run_id="r",
        outcome="done",
        code_version="1",
        model="m",
        started_at="",
        finished_at="",
        documents=Counts.model_construct(),
        pages=0,
        words=Words(read=0, in_blocks=0, furniture=0, lost=0),
        tables={"studies": len(details), "recommendations": recommendations},
        paths={},
        rejects=[],
        details=details,
    )


def test_what_changed_is_said_by_study() -> None:
    before = summary([detail("old"), detail("same"), detail("again")], 10)
    after = summary(
        [
            detail("same", reused=True),
            detail("again"),
            detail("new"),
            detail("gab", "missing", problem="Le site répond 403 : voyez [là](javascript:x)"),
            detail("vide", "rejected"),
        ],
        7,
    )
    text = changes(before, after)
    parts = {part.partition("\n")[0]: part for part in text.split("### ")[1:]}
    assert "new.pdf" in parts["Études nouvelles (1)"]
    assert "again.pdf" in parts["Études lues à nouveau (1)"]
    assert "old.pdf" in parts["Études qui ne sont plus publiées (1)"]
    assert "gab.pdf" in parts["Études qui manquent (1)"]
    assert "vide.pdf" in parts["Fichiers écartés (1)"]
    assert "| recommendations | 10 | 7 | -3 |" in text
    assert "same.pdf" not in text
    assert "[là]" not in text  # nothing of a document is markup
    assert "| recommendations | 0 | 7 | +7 |" in changes(None, after)


def test_text_is_shown_as_it_is() -> None:
    assert plain("a\n|b| <i>*c*") == r"a \|b\| \<i\>\*c\*"


def test_a_folder_without_publication_has_no_summary(tmp_path: Path) -> None:
    assert published_summary(tmp_path) is None
    (tmp_path / "run.json").write_text("{}")
    assert published_summary(tmp_path) is None


def test_the_report_has_an_address(tmp_path: Path) -> None:
    assert report_address(tmp_path, "").startswith("file:///")
    assert report_address(tmp_path, "https://a.org/p/") == "https://a.org/p/report/index.html"

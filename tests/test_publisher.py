"""What a publisher finds beside the book: links that arrive, and files that other programs will read."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
import repository
import yaml
from markdown_it import MarkdownIt

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = {
    "github-workflows": sorted(ROOT.glob(".github/workflows/*.yml")),
    "github-issue-forms": sorted(ROOT.glob(".github/ISSUE_TEMPLATE/*.yml")),
    "citation-file-format": [ROOT / "CITATION.cff"],
}
PAPERS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
FOLDERS = "book|torchlearning|tests|tools|bench"
# What Jupyter Book 2 does not read as it is, and where: CONTRIBUTING says what would take its place.
OF_SPHINX = {"eval-rst": {"api.md"}, "lab": {"intro.md"}, "lessons": {"intro.md"}}


def anchors(text):
    """Return the anchors that GitHub gives to the headings of a text."""
    found = set()
    for heading in re.findall(r"^#+ +(.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE):
        found.add(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-"))
    return found


def dead(path, root=ROOT):
    """Return the links of a Markdown file, and the files it names, that lead nowhere in the repository."""
    text = path.read_text(encoding="utf-8")
    tokens = [token for block in MarkdownIt("gfm-like").parse(text) for token in block.children or []]
    links = [token.attrs.get("href") or token.attrs.get("src") or "" for token in tokens if token.attrs]
    code = [token.content for token in tokens if token.type == "code_inline"]
    files = [word for words in code for word in re.findall(rf"(?<![\w./-])(?:{FOLDERS})/[\w./*-]*", words)]
    lost = [file for file in files if "NN" not in file and "NAME" not in file and not any(root.glob(file))]
    for link in [link for link in links if link and "://" not in link]:
        file, _, anchor = unquote(link).partition("#")
        there = path.parent / file if file else path
        if not there.exists() or (anchor and anchor not in anchors(there.read_text(encoding="utf-8"))):
            lost.append(link)
    return lost


@pytest.mark.parametrize("name", PAPERS)
def test_every_link_inside_the_repository_arrives(name):
    assert dead(ROOT / name) == []


def test_a_dead_link_is_found(tmp_path):
    (tmp_path / "there.md").write_text("# It is, `here`: twice\n")
    links = "[a](there.md#it-is-here-twice) [b](there.md#gone) [c](gone.md) ![d](gone.png) [e](#f)"
    (tmp_path / "page.md").write_text(f"# F\n\n{links} `tools/gone.py`\n")
    assert dead(tmp_path / "page.md", tmp_path) == [
        "tools/gone.py",
        "there.md#gone",
        "gone.md",
        "gone.png",
    ]


def check(schema, *files):
    """Check files against a schema that `check-jsonschema` carries."""
    command = [Path(sys.executable).with_name("check-jsonschema"), "--builtin-schema", f"vendor.{schema}"]
    return subprocess.run([*command, *files], capture_output=True, text=True)


@pytest.mark.slow
@pytest.mark.parametrize("schema", SCHEMAS)
def test_github_and_others_can_read_the_files_meant_for_them(schema, tmp_path):
    assert SCHEMAS[schema]
    result = check(schema, *SCHEMAS[schema])
    assert result.returncode == 0, result.stdout
    (tmp_path / "wrong.yml").write_text("jobs: 1\nbody: 1\nauthors: 1\n")
    assert check(schema, tmp_path / "wrong.yml").returncode == 1


def test_workflows_and_the_container_call_what_there_is():
    files = [*SCHEMAS["github-workflows"], ROOT / ".devcontainer" / "devcontainer.json"]
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    called = [name for names in re.findall(r"\bmake ((?:[a-z-]+ ?)+)", text) for name in names.split()]
    assert {"book", "pdf"} <= set(called) <= set(targets)
    assert "bash .ci/run" in text
    assert json.loads(files[-1].read_text(encoding="utf-8"))["postCreateCommand"].endswith("make book")
    pattern = "https://download[^ ]*"
    assert text.count(f"grep -om1 '{pattern}' README.md") == 3
    address = re.search(pattern, (ROOT / "README.md").read_text(encoding="utf-8"))
    assert address[0] == "https://download.pytorch.org/whl/cpu"


def test_a_citation_names_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (citation["version"], citation["license"]) == (project["version"], project["license"])


def test_the_form_for_errors_has_the_fields_that_pages_fill_in():
    form = yaml.safe_load((ROOT / ".github/ISSUE_TEMPLATE" / repository.FORM).read_text(encoding="utf-8"))
    assert "where" in [part["id"] for part in form["body"]]


def test_the_checks_before_a_commit_are_tools_of_this_environment():
    command = [Path(sys.executable).with_name("pre-commit"), "validate-config"]
    subprocess.run([*command, ROOT / ".pre-commit-config.yaml"], check=True)
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repo in config["repos"] for hook in repo["hooks"]]
    assert len(hooks) == 5
    for hook in hooks:
        program, *words = hook["entry"].split()
        assert program.startswith(".venv/bin/")
        assert Path(sys.executable).with_name(Path(program).name).exists()
        assert all((ROOT / word).exists() for word in words if "/" in word)


def test_pages_use_no_more_of_sphinx_than_contributing_tells():
    found, text = {}, (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    pages = [*ROOT.glob("book/*.md"), *ROOT.glob("book/[0-9]*.py")]
    for page in pages:
        source = page.read_text(encoding="utf-8")
        for name in re.findall(r"^(?:# )?(?:`{3,}|:{3,})\{([\w-]+)\}", source, re.MULTILINE):
            found.setdefault(name, set()).add(page.name)
        assert not re.search(r"(?<!`)\{[a-z:-]+\}`", source), f"{page.name}: a role"
    assert found == OF_SPHINX
    assert all(f"`{{{name}}}`" in text for name in OF_SPHINX)

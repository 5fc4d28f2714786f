"""Write requirements.hashed.txt: what the product runs with, each package by the SHA-256 of its file.

After a change of requirements.txt or .requirements.lock: ``.venv/bin/python .deploy/hash_lock.py``.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOR_TESTS = "# tests and gates"
"""From this line on requirements.txt names what only tests need."""
BELOW_3_11_3 = ["async-timeout>=4.0.3"]
"""What redis needs besides on the oldest Python we name, such as that of Debian 12."""
HEAD = """\
# What the product runs with, without what only tests need: every package with the SHA-256 of its file for CPython 3.11
# on Linux x86_64. Written by .deploy/hash_lock.py.
# Use: pip install --no-deps --require-hashes -r .deploy/requirements.hashed.txt
"""


def runtime_requirements(text: str) -> list[str]:
    """Lines of requirements.txt that the product itself needs; an extra for tests is left out."""
    lines = (line.split("#")[0].strip() for line in text.partition(FOR_TESTS)[0].splitlines())
    return [line.replace("dash[testing]", "dash") for line in lines if line]


def resolve(wanted: list[str], lock: Path) -> list[dict[str, object]]:
    """Everything pip would install for the requirements within the lock, on an empty machine."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--ignore-installed"]
        subprocess.run([*pip, "--report", str(report), "-c", str(lock), *wanted], check=True)
        return list(json.loads(report.read_text(encoding="utf-8"))["install"])


def main() -> None:
    """Resolve and write."""
    wanted = runtime_requirements((ROOT / "requirements.txt").read_text(encoding="utf-8")) + BELOW_3_11_3
    lines = []
    for found in resolve(wanted, ROOT / ".requirements.lock"):
        about, file = found["metadata"], found["download_info"]
        name, version, sha256 = about["name"], about["version"], file["archive_info"]["hashes"]["sha256"]  # type: ignore[index]
        lines.append(f"{name}=={version} --hash=sha256:{sha256}")
    lines.sort(key=lambda line: re.sub(r"[-_.]+", "-", line).lower())
    target = ROOT / ".deploy" / "requirements.hashed.txt"
    target.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(lines)} packages in {target.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()

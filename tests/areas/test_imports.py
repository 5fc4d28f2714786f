import subprocess
import sys

import pytest

HEAVY = ("geopandas", "pandas", "shapely", "rasterio", "pyogrio", "pyarrow", "osmium", "pyproj")


@pytest.mark.parametrize("module", ["dashboard.store.bundles", "dashboard.areas.command"])
def test_a_web_process_loads_nothing_heavy(module):
    code = f"import sys, {module}; print([name for name in {HEAVY} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"

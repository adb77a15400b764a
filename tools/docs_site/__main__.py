"""`python -m tools.docs_site`: build the site in build/docs/site."""

import sys

from sru_ner.errors import SruNerError
from tools.docs_site.build import ROOT, build

try:
    print(f"Open {build(ROOT / 'build/docs').relative_to(ROOT)}/index.html")
except SruNerError as error:
    sys.exit(f"error: {error}")

"""Names of the sign-in form's fields and addresses; a plain form needs no ids of callbacks."""

from typing import Final

BEGIN: Final = "/session"
END: Final = "/session/end"
KEY_FIELD: Final = "key"
NEXT_FIELD: Final = "next"
DEMO_FIELD: Final = "demo"
FAILED: Final = "failed"

"""What the API says, one resource a file: pydantic models built from the records of risk_core."""

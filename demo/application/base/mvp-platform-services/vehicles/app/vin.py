"""What a VIN says by itself; make and model are looked up in the database."""

_YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"
_FORBIDDEN = set("IOQ")


def is_valid(vin: str) -> bool:
    return len(vin) == 17 and vin.isalnum() and vin.isascii() and not _FORBIDDEN & set(vin)


def model_year(vin: str):
    """The tenth place is the year within 30 years; a letter in the seventh means 2010 or later."""
    position = _YEAR_CODES.find(vin[9])
    if position < 0:
        return None
    return (2010 if vin[6].isalpha() else 1980) + position


def prefixes(vin: str) -> list:
    """From the most exact pattern to the manufacturer's three places."""
    return [vin[:length] for length in range(8, 2, -1)]

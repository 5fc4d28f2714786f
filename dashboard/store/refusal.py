"""Why one value of a record was not taken."""


class RefusedError(ValueError):
    """A value does not fit; its reader adds the argument, the value and the place.

    Attributes
    ----------
    wanted
        What is accepted.
    remedy
        What the sender can do about it.
    """

    def __init__(self, wanted: str, remedy: str) -> None:
        self.wanted = wanted
        self.remedy = remedy
        super().__init__(wanted)

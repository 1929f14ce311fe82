"""What a person must be told when something cannot be started."""


class Trouble(Exception):
    """Start-up cannot go on. The text says what is wrong; `advice` says what to do."""

    def __init__(self, text: str, advice: str) -> None:
        super().__init__(text)
        self.advice = advice

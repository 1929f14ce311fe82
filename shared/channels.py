"""How a word leaves the house: mail now; pager, chat and webhooks later, each with the same one method."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

TIMEOUT = 10.0      # seconds


class NotSent(Exception):
    """It did not go out; `code` says why, without a word of the other side's answer. `final`: it never will."""

    def __init__(self, code: str, *, final: bool = False) -> None:
        super().__init__(code)
        self.code, self.final = code, final


class Sender(Protocol):
    """Sends one text to one address. The id is the same at every try, so that a provider can drop a double."""

    def send(self, id: UUID, to: str, subject: str, text: str) -> None: ...


class Mail:
    """Mail by SMTP: `smtp://host:port`, with `smtps://` or credentials where the server wants them."""

    def __init__(self, url: str, sender: str = "Peer Supports <no-reply@peersupports.invalid>") -> None:
        self.at, self.sender = urlsplit(url), sender

    def send(self, id: UUID, to: str, subject: str, text: str) -> None:
        try:
            with self._connect() as server:
                server.send_message(self._message(id, to, subject, text))
        except smtplib.SMTPRecipientsRefused as refused:
            answers = [code for code, _ in refused.recipients.values()]
            raise NotSent("recipient_refused", final=all(code >= 500 for code in answers)) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotSent(type(error).__name__) from None

    def _connect(self) -> smtplib.SMTP:
        kind = smtplib.SMTP_SSL if self.at.scheme == "smtps" else smtplib.SMTP
        server = kind(self.at.hostname or "127.0.0.1", self.at.port or 0, timeout=TIMEOUT)
        if self.at.username:
            server.starttls()
            server.login(unquote(self.at.username), unquote(self.at.password or ""))
        return server

    def _message(self, id: UUID, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Message-ID"] = f"<{id}@peersupports.invalid>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        return message

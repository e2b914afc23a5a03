"""The token endpoint of the stand-in: it checks a signed assertion, or a refresh token, and gives tokens that end."""

from __future__ import annotations

import base64
import binascii
import json
import time
from dataclasses import dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

Json = dict[str, Any]
GOOGLE = "https://oauth2.googleapis.com/token"
ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"
DRIVE = "https://www.googleapis.com/auth/drive"
BOT = "bot@review.iam.gserviceaccount.com"


class Denied(Exception):
    """As OAuth says it: status, code and description."""

    def __init__(self, status: int, code: str, description: str) -> None:
        super().__init__(description)
        self.status, self.body = status, {"error": code, "error_description": description}


@dataclass
class Tokens:
    """Who may have a token. `users` are refresh tokens by address, `delegated` scopes by service account."""

    accounts: dict[str, rsa.RSAPublicKey] = field(default_factory=dict)
    delegated: dict[str, set[str]] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=lambda: {BOT: "r"})
    given: dict[str, tuple[str, set[str]]] = field(default_factory=dict)
    requests: list[dict[str, str]] = field(default_factory=list)

    def give(self, form: dict[str, str]) -> Json:
        self.requests.append(form)
        if form.get("grant_type") == ASSERTION:
            who, scopes = self._asserted(form["assertion"])
        else:
            who, scopes = self._refreshed(form)
        token = f"token-{len(self.given)}"
        self.given[token] = (who, scopes)
        return {"access_token": token, "expires_in": 3600, "token_type": "Bearer", "scope": " ".join(scopes)}

    def holder(self, header: str) -> tuple[str, set[str]] | None:
        """Whose token it is and what it allows; None for none, or one that has ended."""
        return self.given.get(header.removeprefix("Bearer "))

    def _asserted(self, assertion: str) -> tuple[str, set[str]]:
        signed, _, signature = assertion.rpartition(".")
        try:
            head, claims = (json.loads(_bytes(part)) for part in signed.split("."))
            key = self.accounts[claims["iss"]]
            key.verify(_bytes(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        except (ValueError, KeyError, binascii.Error):
            raise Denied(400, "invalid_grant", "Invalid grant: account not found") from None
        except InvalidSignature:
            raise Denied(400, "invalid_grant", "Invalid JWT Signature.") from None
        now, scopes = time.time(), set(claims.get("scope", "").split())
        if head["alg"] != "RS256" or claims["aud"] != GOOGLE:
            raise Denied(400, "invalid_grant", "Invalid JWT: wrong algorithm or audience")
        if not claims["iat"] - 60 <= now <= claims["exp"] <= claims["iat"] + 3600:
            raise Denied(400, "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes)")
        if not scopes:
            raise Denied(400, "invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        subject = claims.get("sub", claims["iss"])
        if subject != claims["iss"] and not scopes <= self.delegated.get(claims["iss"], set()):
            said = "Client is unauthorized to retrieve access tokens using this method, or client not authorized"
            raise Denied(401, "unauthorized_client", f"{said} for any of the scopes requested.")
        return subject, scopes

    def _refreshed(self, form: dict[str, str]) -> tuple[str, set[str]]:
        who = next((w for w, token in self.users.items() if token == form.get("refresh_token")), None)
        if form.get("grant_type") != "refresh_token" or form.get("client_secret") != "s":
            raise Denied(401, "invalid_client", "The OAuth client was not found.")
        if who is None:
            raise Denied(400, "invalid_grant", "Token has been expired or revoked.")
        return who, set(form.get("scope", DRIVE).split())


def service_account(tokens: Tokens, email: str = BOT) -> Json:
    """A key file as Google gives it out, with a key made here; its account is known from now on."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    tokens.accounts[email] = key.public_key()
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
    made = {"type": "service_account", "client_email": email, "private_key": pem, "private_key_id": "k1"}
    return made | {"project_id": "review", "client_id": "1", "token_uri": GOOGLE}


def _bytes(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))

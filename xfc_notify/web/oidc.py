"""Signing in with OpenID Connect: code flow with PKCE. A person is `iss` + `sub`, bound to a user the first time."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xfc_notify.errors import WrongInput
from xfc_notify.pages import NO_SUCH, Absent, Cookie, GoTo, Leave, Show, Shown, Visit, mark
from xfc_notify.paths import harmless
from xfc_notify.people import users
from xfc_notify.settings.web import Oidc
from xfc_notify.web import enter, sessions
from xfc_notify.web.signed import hashed, random_id, read, same, sign
from xfc_notify.web.tables import BindingRow
from xfc_notify.web.where_to import safe

PENDING = timedelta(minutes=10)
MOST_PENDING = 4
"""Tabs that may be on their way to the provider at once."""
PATIENCE = 10.0
SKEW = 60
"""Seconds by which the provider's clock may differ."""
PURPOSE = "sign in with a provider"
PREFIX = "xfc_state_"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Claims:
    """What the provider says of a person."""

    issuer: str
    subject: str
    values: Mapping[str, Any]


def leave_for_provider(visit: Visit) -> Shown:
    """Send the visitor to the provider, with a state of its own for every tab."""
    settings = visit.service.settings
    if not settings.web.oidc.issuer:
        raise Absent(visit.say(NO_SUCH))
    state, nonce, verifier = random_id(), random_id(), random_id()
    after = safe(visit.query.get("next", "/"))
    client = _client(settings.web.oidc, f"{settings.web.url}/sign-in/back")
    with client:
        endpoint = _discovered(client, settings.web.oidc)["authorization_endpoint"]
        url, _ = client.create_authorization_url(endpoint, state=state, nonce=nonce, code_verifier=verifier)
    kept = sign([nonce, verifier, after], f"{PURPOSE} {state}", settings.signing, visit.now + PENDING)
    pending = [name for name in visit.cookies if name.startswith(PREFIX)]
    too_many = pending[: max(0, len(pending) - MOST_PENDING + 1)]  # browsers send the oldest first
    cookie = Cookie(_cookie(state), kept, int(PENDING.total_seconds()))
    return Leave(url, [cookie, *(Cookie(name) for name in too_many)])


def come_back(visit: Visit) -> Shown:
    """The visitor comes back from the provider: who are they? A stale or repeated return ends at "sign in"."""
    settings, state = visit.service.settings, visit.query.get("state", "")
    if not settings.web.oidc.issuer:
        raise Absent(visit.say(NO_SUCH))
    name = _cookie(state)
    try:
        nonce, verifier, after = read(
            visit.cookies.get(name, ""), f"{PURPOSE} {state}", settings.signing, visit.now
        )
        claims = _claims(visit, nonce, verifier)
    except WrongInput as error:
        log.warning("signing in with the provider failed: %s", harmless(error.what))
        return Show("web/not_signed_in.html.j2", {"why": ""}, 400)
    try:
        user = bind(claims, settings.web.oidc, visit.now)
    except WrongInput as refusal:
        log.warning("signing in with the provider was refused: %s", harmless(refusal.what))
        return Show("web/not_signed_in.html.j2", {"why": visit.language.term(refusal.what)}, 403)
    operator = is_operator(claims.values, settings.web.oidc.operators)
    session = sessions.begin(user, visit.now, operator=operator).session
    return GoTo(safe(after), cookies=[enter.cookie(session), Cookie(name)])


def bind(claims: Claims, oidc: Oidc, now: datetime) -> str:
    """The user that this person is: as bound before, else by the claim, which is then kept.

    WrongInput if the claim is missing, is an address that nobody verified or that several users share, or names
    somebody who is bound to another.
    """
    known = BindingRow.get_or_none(BindingRow.issuer == claims.issuer, BindingRow.subject == claims.subject)
    if known is not None:
        return str(known.name)
    value = claims.values.get(oidc.claim)
    if not isinstance(value, str) or not value or value.startswith(":"):
        log.warning("the provider sends no claim %s", oidc.claim)
        raise WrongInput(mark("Your institution did not say who you are here."))
    if oidc.claim == "email":
        if claims.values.get("email_verified") is not True:
            raise WrongInput(mark("Your institution has not verified your mail address."))
        row = users.with_address(value)
        if row is None:
            raise WrongInput(mark("Nobody here has your mail address, or several have it."))
        value = row.name
    if BindingRow.select().where(BindingRow.name == value).exists():
        raise WrongInput(mark("This user signs in with another account of your institution."))
    BindingRow.create(issuer=claims.issuer, subject=claims.subject, name=value[:64], bound_at=now)
    return value[:64]


def is_operator(values: Mapping[str, Any], rule: str) -> bool:
    """Whether the claims make an operator: the rule is like "groups=storage"; a claim may be a list."""
    name, _, wanted = rule.partition("=")
    found = values.get(name) if name else None
    return bool(wanted) and (found == wanted or (isinstance(found, list) and wanted in found))


def _claims(visit: Visit, nonce: str, verifier: str) -> Claims:
    """What the provider says, checked: signature, issuer, audience, times, nonce. WrongInput otherwise."""
    import httpx2
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError

    oidc = visit.service.settings.web.oidc
    code = visit.query.get("code", "")
    if not code:
        raise WrongInput(f"the provider sent no code: {visit.query.get('error', '')}")
    client = _client(oidc, f"{visit.service.settings.web.url}/sign-in/back")
    try:
        with client:
            known = _discovered(client, oidc)
            token = client.fetch_token(known["token_endpoint"], code=code, code_verifier=verifier)
            keys = client.request("GET", known["jwks_uri"], withhold_token=True).raise_for_status().json()
            values = _verified(token.get("id_token", ""), keys, oidc, visit.now)
            values = {**_userinfo(client, known, values.get("sub")), **values}
    except (httpx2.HTTPError, AuthlibBaseError, JoseError, ValueError, KeyError, TypeError) as error:
        raise WrongInput(f"{type(error).__name__}: {error}") from None
    if not same(str(values.get("nonce", "")), nonce):
        raise WrongInput("the nonce is not ours")
    subject = values.get("sub")
    if not isinstance(subject, str) or not subject:
        raise WrongInput("the provider names no subject")
    return Claims(str(values["iss"]), subject, values)


def _userinfo(client: Any, known: Mapping[str, Any], subject: Any) -> dict[str, Any]:
    """What the provider tells beside the signed token, of the same person; many tell names and groups only there."""
    if "userinfo_endpoint" not in known:
        return {}
    found = client.request("GET", known["userinfo_endpoint"]).raise_for_status().json()
    if not isinstance(found, dict) or not same(str(found.get("sub", "")), str(subject)):
        raise WrongInput("the provider tells of another person")
    return found


def _verified(id_token: str, keys: Any, oidc: Oidc, now: datetime) -> dict[str, Any]:
    from joserfc import jwt
    from joserfc.jwk import KeySet

    decoded = jwt.decode(
        id_token, KeySet.import_key_set(keys), algorithms=["RS256", "ES256", "PS256", "EdDSA"]
    )
    claims: dict[str, Any] = decoded.claims
    rules = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=SKEW,
        iss={"essential": True, "value": _discovery(oidc)["issuer"]},
        aud={"essential": True, "value": oidc.client_id},
        exp={"essential": True},
        sub={"essential": True},
    )
    rules.validate(claims)
    return claims


_found: dict[str, dict[str, Any]] = {}
"""Issuer → what it says of itself, read once."""


def _discovery(oidc: Oidc) -> dict[str, Any]:
    return _found[oidc.issuer]


def _discovered(client: Any, oidc: Oidc) -> dict[str, Any]:
    """The provider's own description. WrongInput if it cannot be had, or is of another issuer."""
    import httpx2

    if oidc.issuer not in _found:
        url = f"{oidc.issuer}/.well-known/openid-configuration"
        try:
            found = client.request("GET", url, withhold_token=True).raise_for_status().json()
        except (httpx2.HTTPError, ValueError) as error:
            log.error("the provider cannot be asked: %s", error)  # noqa: TRY400
            raise WrongInput("Your institution's sign-in does not answer now.") from None
        if str(found.get("issuer", "")).rstrip("/") != oidc.issuer:
            raise WrongInput("the provider is another issuer")
        _found[oidc.issuer] = found
    return _found[oidc.issuer]


def _client(oidc: Oidc, back: str) -> Any:
    from authlib.integrations.httpx_client import OAuth2Client

    return OAuth2Client(
        client_id=oidc.client_id,
        client_secret=oidc.client_secret or None,
        scope="openid profile email",
        redirect_uri=back,
        code_challenge_method="S256",
        timeout=PATIENCE,
    )


def _cookie(state: str) -> str:
    return PREFIX + hashed(state)[:16]

"""The baseline's server, written as most would write it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey
from pydantic import BaseModel
from sqlalchemy import event, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bench.baseline.models import Activation, Device, License
from bench.baseline.prepare import driven, key_hash

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

app = FastAPI()
engine = create_async_engine(driven(os.environ.get("BENCH_DATABASE", "sqlite:///baseline.db")))
sessions = async_sessionmaker(engine, expire_on_commit=False)
issuing_key = OKPKey.generate_key("Ed25519", parameters={"kid": "baseline"})
seen: dict[str, float] = {}
OFFLINE = timedelta(days=30)


@event.listens_for(engine.sync_engine, "connect")
def _durable(connection: Any, _record: object) -> None:
    if engine.dialect.name != "sqlite":
        return
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA busy_timeout=30000")


class Hardware(BaseModel):
    """A hardware profile."""

    v: int
    components: dict[str, str | list[str]]


class ActivationBody(BaseModel):
    """A request to activate."""

    product: str
    product_key: str
    hardware: Hardware
    device: dict[str, str]
    environment: str = "computer"


class RenewalBody(BaseModel):
    """A request to renew."""

    sequence: int
    hardware: Hardware
    app_version: str | None = None


async def session() -> AsyncIterator[AsyncSession]:
    """Give each request its session."""
    async with sessions() as opened:
        yield opened


async def proof(request: Request) -> str:
    """Check the request's DPoP proof and return the thumbprint of its key."""
    header = request.headers.get("dpop", "")
    try:
        head = json.loads(base64.urlsafe_b64decode(header.split(".")[0] + "=="))
        key = ECKey.import_key(head["jwk"])
        claims = jwt.decode(header, key, algorithms=["ES256"]).claims
    except Exception as error:
        raise HTTPException(401, headers={"DPoP-Nonce": "n"}) from error
    digest = base64.urlsafe_b64encode(hashlib.sha256(await request.body()).digest()).rstrip(b"=").decode()
    if claims["htm"] != request.method or claims["body_hash"] != digest or claims["jti"] in seen:
        raise HTTPException(401, headers={"DPoP-Nonce": "n"})
    seen[claims["jti"]] = time.time()
    return str(key.thumbprint())


Database = Annotated[AsyncSession, Depends(session)]
Thumbprint = Annotated[str, Depends(proof)]


@app.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the server is there."""
    return {"status": "ok"}


@app.post("/v1/activations", status_code=201)
async def activate(
    body: ActivationBody, database: Database, jkt: Thumbprint, response: Response
) -> dict[str, Any]:
    """Take a seat."""
    found = await database.scalar(select(License).where(License.key_hash == key_hash(body.product_key)))
    if found is None:
        raise HTTPException(404)
    if len(found.activations) >= found.seats:
        raise HTTPException(409)
    now = datetime.now(UTC)
    device = Device(
        id=uuid.uuid4().hex[:30], name="amber-heron", platform=body.device["platform"],
        hardware=body.hardware.model_dump_json(), last_seen_at=now,
    )  # fmt: skip
    activation = Activation(
        id=uuid.uuid4().hex[:30],
        license=found,
        device=device,
        jkt=jkt,
        sequence=1,
        certificate="",
        renewed_at=now,
    )
    activation.certificate = _certificate(activation, body.hardware, now)
    database.add(activation)
    await database.commit()
    response.headers["DPoP-Nonce"] = "n"
    return {"activation": {"id": activation.id}, "certificate": activation.certificate, "dropped": []}


@app.post("/v1/activations/{activation_id}/renewals")
async def renew(
    activation_id: str, body: RenewalBody, database: Database, jkt: Thumbprint, response: Response
) -> dict[str, Any]:
    """Exchange a certificate."""
    activation = await database.get(Activation, activation_id)
    if activation is None or activation.jkt != jkt or activation.sequence != body.sequence:
        raise HTTPException(404)
    now = datetime.now(UTC)
    activation.sequence += 1
    activation.renewed_at = activation.device.last_seen_at = now
    activation.certificate = _certificate(activation, body.hardware, now)
    await database.commit()
    response.headers["DPoP-Nonce"] = "n"
    return {"activation": {"id": activation.id}, "certificate": activation.certificate, "dropped": []}


def _certificate(activation: Activation, hardware: Hardware, at: datetime) -> str:
    issued = int(at.timestamp())
    claims = {
        "ver": 1, "iss": "http://127.0.0.1", "aud": "harbor-notes", "sub": activation.id, "iat": issued,
        "nbf": issued - 300, "exp": int((at + OFFLINE).timestamp()), "jti": uuid.uuid4().hex,
        "seq": activation.sequence, "cnf": {"jkt": activation.jkt},
        "device": {"id": activation.device.id, "name": activation.device.name},
        "license": {"id": activation.license.id, "edition": "pro", "channel": "retail"},
        "hardware": hardware.model_dump(), "statement": "x" * 500,
    }  # fmt: skip
    return jwt.encode({"alg": "Ed25519", "kid": "baseline"}, claims, issuing_key, algorithms=["Ed25519"])

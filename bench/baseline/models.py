"""The baseline's tables, as ORM classes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import DateTime, ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    """What all tables share."""

    type_annotation_map: ClassVar = {datetime: DateTime(timezone=True)}


class License(Base):
    """A license, found by its key's hash."""

    __tablename__ = "licenses"
    id: Mapped[str] = mapped_column(String(30), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    seats: Mapped[int]
    standing: Mapped[str]
    activations: Mapped[list[Activation]] = relationship(back_populates="license", lazy="selectin")


class Device(Base):
    """A computer."""

    __tablename__ = "devices"
    id: Mapped[str] = mapped_column(String(30), primary_key=True)
    name: Mapped[str]
    platform: Mapped[str]
    hardware: Mapped[str]
    last_seen_at: Mapped[datetime]


class Activation(Base):
    """A seat held by a device."""

    __tablename__ = "activations"
    id: Mapped[str] = mapped_column(String(30), primary_key=True)
    license_id: Mapped[str] = mapped_column(ForeignKey("licenses.id"), index=True)
    device_id: Mapped[str] = mapped_column(ForeignKey("devices.id"), index=True)
    jkt: Mapped[str] = mapped_column(String(43), index=True)
    sequence: Mapped[int]
    certificate: Mapped[str]
    renewed_at: Mapped[datetime]
    license: Mapped[License] = relationship(back_populates="activations", lazy="joined")
    device: Mapped[Device] = relationship(lazy="joined")

"""The error for a Windows that cannot be read, or that is none."""

from __future__ import annotations


class WindowsUnreadable(Exception):
    """Windows did not tell how it is activated.

    Attributes:
        why: ``not_windows``, ``no_powershell``, ``too_slow``, ``access_denied``, ``service_disabled`` or
            ``no_answer``.
        fault: the code with which Windows failed, if it told one.
    """

    def __init__(self, why: str, fault: int | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.fault = fault

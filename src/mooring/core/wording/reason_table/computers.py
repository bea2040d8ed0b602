"""Reasons about a computer: its hardware, its clock, and the proof of activation that it keeps."""

from __future__ import annotations

from mooring.core.wording.catalogue import mark
from mooring.core.wording.reason_table.reason import Reason

ROWS = (
    Reason(
        "storage_unwritable",
        None,
        mark("The data folder cannot be written"),
        mark(
            "This program may not write its data folder, so its activation lasts only until the program "
            "ends. Make the folder writable, then activate again."
        ),
        "make_writable",
    ),
    Reason(
        "hardware_changed",
        409,
        mark("The hardware has changed"),
        mark(
            "This computer no longer matches its activation. If you changed hardware recently, the "
            "troubleshooter brings your license back."
        ),
        "troubleshoot",
    ),
    Reason(
        "hardware_unreadable",
        422,
        mark("The hardware cannot be read"),
        mark(
            "Nothing about this computer's hardware could be read, as is usual in containers. Use a "
            "lease, or sign in."
        ),
        "use_lease_or_sign_in",
    ),
    Reason(
        "no_digital_license",
        404,
        mark("No license was found for this computer"),
        mark("This computer holds no digital license. Type your product key, or sign in."),
        "type_key_or_sign_in",
    ),
    Reason(
        "device_unknown",
        404,
        mark("The activation is not known"),
        mark("This computer's activation was removed, or never was. Please activate again."),
        "activate",
    ),
    Reason(
        "possible_clone",
        409,
        mark("There may be two copies of this installation"),
        mark(
            "Two copies of this installation keep renewing the same license. Sign in or type the key to "
            "say which one is yours; until then both keep working until their certificates end."
        ),
        "say_which_is_yours",
    ),
    Reason(
        "certificate_invalid",
        422,
        mark("The certificate is not valid here"),
        mark("The stored proof of activation does not hold on this computer. Please activate again."),
        "activate",
    ),
    Reason(
        "certificate_expired",
        403,
        mark("The offline period is over"),
        mark(
            "This computer has not reached the activation service for too long. Go online for a moment, or "
            "activate offline."
        ),
        "go_online",
    ),
    Reason(
        "clock_wrong",
        409,
        mark("The clock is wrong"),
        mark(
            "This computer's clock shows a time that cannot be right. Set the date and time, then try again."
        ),
        "set_clock",
    ),
    Reason(
        "offline_code_invalid",
        422,
        mark("The confirmation code is mistyped"),
        mark(
            "The confirmation code does not fit together. Please compare it with the original and type it "
            "again."
        ),
        "check_code",
    ),
    Reason(
        "not_device_admin",
        403,
        mark("An administrator is needed"),
        mark(
            "For this license, only an administrator of the computer may do this. Run it as an administrator."
        ),
        "run_as_administrator",
    ),
)

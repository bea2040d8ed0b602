"""The story that the demo tells, step by step."""

from __future__ import annotations

import json
import secrets
import time

from rich.panel import Panel
from rich.text import Text

from mooring.server.cli.demo.person import Person
from mooring.server.cli.demo.stage import Computer, Stage, StepFailed

MIA = {
    "board_serial": "MB-4711-0815",
    "system_uuid": "7b1c4a52-93c8-4d70-b1a9-2f6f0c1de001",
    "root_disk_serial": "S4EWNX0M123456",
    "mac_addresses": ["3c:7c:3f:10:20:30"],
    "cpu_id": "GenuineIntel-6-151-2",
    "machine_id": "0f3d2a6be5a94b6c8f0b9a4f5c7d1e20",
    "root_filesystem_uuid": "5f0c9a2e-6c1f-4d2b-9a53-0e8f7b6a1c44",
}
OLE = {
    "board_serial": "PF-2209-7741",
    "system_uuid": "c0a81f3e-22d4-4be6-8a5c-71d9e4b3a902",
    "root_disk_serial": "WD-WX12D80H9931",
    "mac_addresses": ["a4:bb:6d:77:01:9e"],
    "cpu_id": "AuthenticAMD-25-33-0",
    "machine_id": "9a7b3c1d5e2f4a6b8c0d1e2f3a4b5c6d",
    "root_filesystem_uuid": "21d7e5b0-88f4-4c3a-b6de-93a1c2f4e577",
}
DESK = {
    "board_serial": "QX-5512-9934",
    "system_uuid": "3e9f7d10-5b6a-4c82-9d41-0c8b7a6f5e43",
    "root_disk_serial": "CT1000P3SSD8-2249",
    "mac_addresses": ["70:85:c2:4f:11:08"],
    "cpu_id": "GenuineIntel-6-165-3",
    "machine_id": "4c1e9b7a3d5f4e2c8a6b0d9f7e5c3a1b",
    "root_filesystem_uuid": "a8b7c6d5-e4f3-4a2b-9c1d-0e9f8a7b6c5d",
}


def tell(*, port: int, keep_serving: bool) -> int:
    """Tell the whole story; return 0 if each step held, else 1."""
    began = time.monotonic()
    with Stage(port) as stage:
        stage.console.print(
            Panel(Text("Hardware drifts; your license stays moored to you.", "italic"), title="Mooring")
        )
        try:
            key = _the_publisher_opens(stage)
            mia = stage.computer("mia", **MIA)
            cookies = str(stage.folder / "cookies.txt")
            person = Person(stage.address, "mia@outlook.example", secrets.token_urlsafe(12), cookies)
            _a_key_becomes_a_certificate(stage, mia, key)
            _mia_comes_back(stage, mia)
            _an_account_holds_it(stage, mia, person, key)
            _new_hardware_takes_it_along(stage, mia)
            _a_second_computer_meets_the_limit(stage, mia, person, key)
            _nobody_is_harmed_by_an_outage(stage, mia)
            _the_publisher_takes_it_back(stage, mia)
            _she_lets_it_go(stage, mia)
            fresh = _fresh_key(stage)
        except StepFailed as failed:
            stage.console.print(Text(f"\nThis step did not hold: {failed}", "red"))
            return 1
        stage.console.print(
            Text(f"\nEvery step held, in {time.monotonic() - began:.0f} seconds.", "bold green")
        )
        if keep_serving:
            _leave_it_running(stage, fresh)
    return 0


def _the_publisher_opens(stage: Stage) -> str:
    stage.step("A publisher sets up Harbor Notes: product, edition, policy and keys")
    entitlements = ["--entitlement", "export-pdf=Export to PDF", "--entitlement", "sync=Sync"]
    stage.run("init", "Harbor Notes", "--edition", "pro", *entitlements, "--output", str(stage.descriptor))
    stage.start_server()
    stage.remark(f"The server answers at {stage.address}: one process, one SQLite file.")
    return _fresh_key(stage)


def _a_key_becomes_a_certificate(stage: Stage, mia: Computer, key: str) -> None:
    stage.step("Mia has not activated yet: the program runs, with some limitations")
    stage.run("status", on=mia, exit_code=3, says="is not activated")
    stage.step("She mistypes one letter. The key itself tells where, before anything is sent")
    stage.run("activate", _mistyped(key), on=mia, exit_code=4, says=key)
    stage.step("She types it right, once and for all")
    stage.run("activate", key, on=mia, says="activated with a digital license")
    stage.remark("From now on this computer proves it alone: a signed certificate, checked at every start.")
    stage.run("allows", "export-pdf", on=mia, says="yes")
    stage.run("certificate", "inspect", on=mia, says="Genuine", lines=5)


def _mia_comes_back(stage: Stage, mia: Computer) -> None:
    stage.step("Her disk is wiped and all is reinstalled. No key needed: the hardware is known")
    mia.reinstall()
    mia.change(
        machine_id="e1b2c3d4e5f60718293a4b5c6d7e8f90",
        root_filesystem_uuid="0d9e8f7a-6b5c-4d3e-8f2a-1b0c9d8e7f6a",
    )
    stage.run("status", on=mia, exit_code=3, says="is not activated", lines=1)
    stage.run("activate", on=mia, says="Link this license to your account before you change hardware")


def _an_account_holds_it(stage: Stage, mia: Computer, person: Person, key: str) -> None:
    stage.step("She takes the advice and signs in, with a code on her phone, and a new account")
    stage.remark("Her phone's browser is played by the demo: it fills in the site's own forms.")
    stage.run_until_approved(person, "sign-in", "--no-browser", "--create", on=mia, says="Signed in as")
    stage.step("She links the license, with its key at hand, and the sentence changes")
    stage.run("link", key, on=mia, says="linked to your account")


def _new_hardware_takes_it_along(stage: Stage, mia: Computer) -> None:
    stage.step("A new mainboard: the certificate no longer fits, and says which part differs")
    mia.change(board_serial="NEW-BOARD-0001", system_uuid="11112222-3333-4444-8555-666677778888")
    stage.run("status", on=mia, exit_code=3, says="mainboard")
    stage.step('"I changed hardware on this device recently": her devices, the likeliest first')
    found = json.loads(stage.run("reactivate", "--json", on=mia, show=False).out)["candidates"]
    stage.run("reactivate", on=mia, exit_code=2, says="most likely this one")
    device = found[0]["device"]["id"]
    stage.run("reactivate", "--device", device, on=mia, says="linked to your account", lines=1)
    stage.remark("No key, no call to support; the same computer, so it cost her no move.")


def _a_second_computer_meets_the_limit(stage: Stage, mia: Computer, person: Person, key: str) -> None:
    stage.step("Ole got hold of Mia's key. Linked, it opens nothing any more without her")
    ole = stage.computer("ole", **OLE)
    stage.run("activate", key, on=ole, exit_code=4, says="account")
    stage.step("A copy of her license folder is worth nothing on his computer")
    ole.copy_license_of(mia)
    stage.run("status", on=ole, exit_code=3, says="no longer matches", lines=2)
    stage.step("Mia's second computer: she signs in, and sees which device has the one seat")
    desk = stage.computer("desk", **DESK)
    stage.run("sign-in", on=desk, says="Signed in as", settings=stage.browser_of(person))
    held = json.loads(stage.run("licenses", "--json", on=desk, show=False).out)["licenses"]
    license_id = held[0]["license"]["id"]
    stage.run("activate", "--license", license_id, on=desk, exit_code=4, says="mooring devices free")
    stage.remark("She could free it here. She leaves it where it is.")


def _nobody_is_harmed_by_an_outage(stage: Stage, mia: Computer) -> None:
    stage.step("The server is gone. Mia does not notice")
    stage.stop_server()
    stage.run("renew", on=mia, exit_code=5)
    stage.run("status", on=mia, says="activated with a digital license", lines=1)
    stage.start_server()
    stage.remark("The server is back.")
    stage.run("renew", on=mia, says="activated with a digital license", lines=1)


def _the_publisher_takes_it_back(stage: Stage, mia: Computer) -> None:
    stage.step("The publisher suspends the license, and reinstates it")
    status = json.loads(stage.run("status", "--json", on=mia, show=False).out)
    license_id = status["license"]["id"]
    stage.run("admin", "license", "suspend", license_id, lines=1)
    stage.run("renew", on=mia, exit_code=4, says="suspended")
    stage.run("status", on=mia, exit_code=3, says="not activated", lines=2)
    stage.run("admin", "license", "reinstate", license_id, lines=1)
    stage.run("renew", on=mia, says="activated with a digital license", lines=1)


def _she_lets_it_go(stage: Stage, mia: Computer) -> None:
    stage.step("Unlinking undoes it in one step; the program stays activated")
    stage.run("unlink", on=mia, says="activated with a digital license", lines=1)
    stage.run("sign-out", on=mia, says="Signed out")


def _fresh_key(stage: Stage) -> str:
    file = stage.folder / f"keys-{time.monotonic_ns()}.csv"
    stage.run(
        "admin", "keys", "mint", "harbor-notes", "pro", "--count", "1", "--output", str(file), show=False
    )
    return file.read_text("utf-8").splitlines()[1].split(",")[0]


def _mistyped(key: str) -> str:
    wrong = "B" if key[7] != "B" else "C"
    return key[:7] + wrong + key[8:]


def _leave_it_running(stage: Stage, key: str) -> None:
    commands = (
        f"Server   {stage.address}\n"
        f"Key      {key}\n\n"
        f"mooring --descriptor {stage.descriptor} activate {key}\n"
        f"mooring --descriptor {stage.descriptor} status"
    )
    stage.console.print(
        Panel(commands, title="Yours to try", subtitle="Ctrl+C ends it and removes everything")
    )
    stage.wait_until_interrupted()

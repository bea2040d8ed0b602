"""The requests of people who signed in, in one table: what is said, and what may be refused."""

from typing import Final

from mooring.server.web.api.holder_messages import (
    AccountAnswer,
    CandidatesAnswer,
    CandidatesMessage,
    ClaimMessage,
    DeviceNameMessage,
    FreedAnswer,
    LinkAnswer,
    LinkMessage,
    MyDeviceAnswer,
    MyDevicesAnswer,
    MyEventsAnswer,
    MyLicenseAnswer,
    MyLicensesAnswer,
    ReactivationMessage,
)
from mooring.server.web.api.holders import HolderRoutes
from mooring.server.web.api.messages import ActivationAnswer
from mooring.server.web.api.paging import PAGING
from mooring.server.web.api.refused import ANY, BODY, LICENSE, PROOF
from mooring.server.web.http.dispatcher import Route

ASKED: Final = (*ANY, *BODY, *PROOF)
POSTED: Final = (*ASKED, "idempotency_conflict")
LINK: Final = (*ASKED, *LICENSE, "device_unknown", "possible_clone", "not_found")


def holder_routes(holders: HolderRoutes) -> tuple[Route, ...]:
    """Return the routes for people who signed in."""
    return (
        *_link_routes(holders),
        *_list_routes(holders),
        *_device_routes(holders),
        *_moving_routes(holders),
    )


def _link_routes(holders: HolderRoutes) -> tuple[Route, ...]:
    return (
        Route(
            method="PUT",
            path="/v1/activations/{id}/link",
            handler=holders.link,
            summary="Link this computer's license to the account that is signed in",
            proof=True,
            account="required",
            message=LinkMessage,
            may_be_empty=True,
            answers={200: LinkAnswer},
            refusals=(
                *LINK,
                "already_linked",
                "link_not_allowed",
                "key_malformed",
                "key_unknown",
                "key_wrong_product",
            ),
        ),
        Route(
            method="DELETE",
            path="/v1/activations/{id}/link",
            handler=holders.unlink,
            summary="Unlink this computer's license; until its holder is confirmed, without a sign-in",
            proof=True,
            account="optional",
            answers={200: LinkAnswer},
            refusals=(*LINK, "not_license_holder"),
        ),
        Route(
            method="POST",
            path="/v1/me/claims",
            handler=holders.claim,
            summary="Take a license into the account by its key",
            proof=True,
            account="required",
            message=ClaimMessage,
            answers={200: MyLicenseAnswer},
            refusals=(
                *POSTED,
                *LICENSE,
                "key_malformed",
                "key_unknown",
                "already_linked",
                "link_not_allowed",
            ),
        ),
    )


def _list_routes(holders: HolderRoutes) -> tuple[Route, ...]:
    return (
        Route(
            method="GET",
            path="/v1/me",
            handler=holders.me,
            summary="Who is signed in",
            proof=True,
            account="required",
            answers={200: AccountAnswer},
            refusals=ASKED,
        ),
        Route(
            method="GET",
            path="/v1/me/devices",
            handler=holders.my_devices,
            summary="The devices that hold seats of the account's licenses",
            proof=True,
            account="required",
            query=PAGING,
            answers={200: MyDevicesAnswer},
            refusals=ASKED,
        ),
        Route(
            method="GET",
            path="/v1/me/licenses",
            handler=holders.my_licenses,
            summary="The licenses that the account holds",
            proof=True,
            account="required",
            query=PAGING,
            answers={200: MyLicensesAnswer},
            refusals=ASKED,
        ),
        Route(
            method="GET",
            path="/v1/me/events",
            handler=holders.my_events,
            summary="What happened to what the account holds, the latest first",
            proof=True,
            account="required",
            query=PAGING,
            answers={200: MyEventsAnswer},
            refusals=ASKED,
        ),
    )


def _device_routes(holders: HolderRoutes) -> tuple[Route, ...]:
    return (
        Route(  # before the devices by id, or it would be taken for one
            method="POST",
            path="/v1/me/devices/free-all",
            handler=holders.free_all_devices,
            summary="Free the seats of every device",
            proof=True,
            account="required",
            answers={200: FreedAnswer},
            refusals=(*POSTED, "holder_provisional"),
        ),
        Route(
            method="PATCH",
            path="/v1/me/devices/{id}",
            handler=holders.rename_device,
            summary="Name a device",
            proof=True,
            account="required",
            message=DeviceNameMessage,
            answers={200: MyDeviceAnswer},
            refusals=(*ASKED, "not_found", "holder_provisional", "consent_required"),
        ),
        Route(
            method="DELETE",
            path="/v1/me/devices/{id}",
            handler=holders.free_device,
            summary="Free the seats of a device",
            proof=True,
            account="required",
            answers={204: None},
            refusals=(*ASKED, "not_found", "holder_provisional"),
        ),
    )


def _moving_routes(holders: HolderRoutes) -> tuple[Route, ...]:
    return (
        Route(
            method="POST",
            path="/v1/me/reactivations/candidates",
            handler=holders.candidates,
            summary="The devices that this computer may have been before its hardware changed",
            proof=True,
            only_reads=True,
            account="required",
            message=CandidatesMessage,
            answers={200: CandidatesAnswer},
            refusals=POSTED,
        ),
        Route(
            method="POST",
            path="/v1/me/reactivations",
            handler=holders.reactivate,
            summary="Take the activation of a device along to this computer",
            proof=True,
            account="required",
            message=ReactivationMessage,
            answers={201: ActivationAnswer, 200: ActivationAnswer},
            refusals=(
                *POSTED,
                *LICENSE,
                "not_found",
                "edition_mismatch",
                "holder_provisional",
                "seat_limit_reached",
                "move_not_allowed",
                "move_limit_reached",
                "hardware_unreadable",
                "no_digital_license",
                "possible_clone",
            ),
        ),
    )

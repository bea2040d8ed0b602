"""Every request of the API in one table: who may ask, what is said, what may be refused."""

from mooring.server.web.api.activations import ActivationRoutes
from mooring.server.web.api.handovers import HandoverRoutes
from mooring.server.web.api.holder_routes import holder_routes
from mooring.server.web.api.holders import HolderRoutes
from mooring.server.web.api.messages import (
    ActivationAnswer,
    ActivationMessage,
    RenewalMessage,
    ValidationAnswer,
    ValidationMessage,
)
from mooring.server.web.api.privacy import PrivacyRoutes
from mooring.server.web.api.refused import ANY, BODY, LICENSE, PROOF
from mooring.server.web.api.status_lists import MEDIA_TYPE, StatusListRoutes
from mooring.server.web.api.validations import ValidationRoutes
from mooring.server.web.api.windows import WindowsRoutes
from mooring.server.web.http.dispatcher import Route
from mooring.server.web.http.limits import Limits
from mooring.server.web.services import Services
from mooring.server.web.watch.metrics import Metrics


def api_routes(services: Services, limits: Limits, metrics: Metrics) -> tuple[Route, ...]:
    """Return the routes of version 1 of the API."""
    activations = ActivationRoutes(services, limits, metrics)
    validations = ValidationRoutes(services, limits)
    status_lists = StatusListRoutes(services)
    holders = HolderRoutes(services, limits)
    return (
        Route(
            method="POST",
            path="/v1/activations",
            handler=activations.activate,
            summary="Activate this computer",
            proof=True,
            account="optional",
            message=ActivationMessage,
            answers={201: ActivationAnswer, 200: ActivationAnswer},
            refusals=(
                *ANY,
                *BODY,
                *PROOF,
                *LICENSE,
                "key_malformed",
                "key_unknown",
                "key_wrong_product",
                "key_wrong_edition",
                "trial_already_used",
                "trial_not_offered",
                "seat_limit_reached",
                "move_not_allowed",
                "move_limit_reached",
                "move_pending",
                "hardware_changed",
                "no_digital_license",
                "device_unknown",
                "possible_clone",
                "hardware_unreadable",
                "edition_mismatch",
                "not_license_holder",
                "holder_provisional",
                "not_found",
                "idempotency_conflict",
            ),
        ),
        Route(
            method="POST",
            path="/v1/activations/{id}/renewals",
            handler=activations.renew,
            summary="Exchange this installation's certificate for a fresh one",
            proof=True,
            message=RenewalMessage,
            answers={200: ActivationAnswer},
            refusals=(
                *ANY,
                *BODY,
                *PROOF,
                *LICENSE,
                "hardware_changed",
                "device_unknown",
                "possible_clone",
                "hardware_unreadable",
                "seat_limit_reached",
                "not_found",
                "idempotency_conflict",
            ),
        ),
        Route(
            method="DELETE",
            path="/v1/activations/{id}",
            handler=activations.deactivate,
            summary="Free the seat of this computer, or as its license's holder of another",
            proof=True,
            account="optional",
            answers={204: None},
            refusals=(*ANY, *BODY, *PROOF, "device_unknown", "holder_provisional", "not_found"),
        ),
        Route(
            method="POST",
            path="/v1/validations",
            handler=validations.validate,
            summary="Ask whether a key or a certificate is good",
            message=ValidationMessage,
            answers={200: ValidationAnswer},
            refusals=(*ANY, *BODY, "rate_limited", "not_found"),
        ),
        Route(
            method="GET",
            path="/v1/status-lists/{n}",
            handler=status_lists.read,
            summary="Read which certificates were taken back (IETF Token Status List)",
            answers={200: MEDIA_TYPE, 304: None},
            refusals=(*ANY, "not_found"),
        ),
        *holder_routes(holders),
        *HandoverRoutes(services).routes(),
        *WindowsRoutes(services).routes(),
        *PrivacyRoutes(services).routes(),
    )

from mooring.core.wording.troubles import (
    invalid_certificate_sentence,
    trouble_document,
    unreachable_sentence,
)
from tests.support.translations import compile_language, messages_in_the_source


def test_a_feature_that_is_not_licensed_is_told_by_its_name():
    assert trouble_document("feature_not_licensed", name="Sync", sentence="Harbor is not activated") == {
        "code": "feature_not_licensed",
        "title": "Sync is not licensed",
        "detail": "Sync is not part of this license. Harbor is not activated.",
        "next": {"action": "activate", "label": "Activate"},
    }


def test_troubles_are_said_in_the_languages_there_are(tmp_path):
    catalog = messages_in_the_source()
    for message in catalog:
        if isinstance(message.id, str) and message.id:
            message.string = f"¡{message.id}!"
    compile_language(catalog, "xx", tmp_path)
    spoken = {"language": "xx", "locales": str(tmp_path)}
    fault = trouble_document("fault", what="it", **spoken)
    assert (fault["title"], fault["next"]["label"]) == (
        "¡A fault in Mooring!",
        "¡Tell the publisher, with the support code!",
    )
    assert trouble_document("invalid_request", detail="As it is.", **spoken)["detail"] == "As it is."
    assert unreachable_sentence("x", **spoken) == "¡The activation service cannot be reached: x.!"
    assert invalid_certificate_sentence("x", **spoken).startswith("¡The activation service sent")

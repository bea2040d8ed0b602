"""The labels of Settings: what stands on its pages, buttons and fields; said once, for every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mooring.core.wording.catalogue import mark, translator

if TYPE_CHECKING:
    from collections.abc import Mapping

_PAGES = {
    "settings": mark("Settings"),
    "accounts": mark("Accounts"),
    "account": mark("Account"),
    "system": mark("System"),
    "your_info": mark("Your info"),
    "devices": mark("Devices and licenses"),
    "activation": mark("Activation"),
    "privacy": mark("Privacy"),
    "about": mark("About"),
    "settings_of": mark("{product} Settings"),
    "instead_of_library": mark("Here instead of in a window, because this system lacks {library}"),
    "instead_of_screen": mark("Here instead of in a window, because the screen does not answer"),
}

_EVERYWHERE = {
    "asking": mark("Asking the activation service"),
    "telling": mark("Telling the activation service"),
    "back": mark("Back"),
    "cancel": mark("Cancel"),
    "close": mark("Close"),
    "copy": mark("Copy"),
    "copied": mark("Copied"),
    "dismiss": mark("Dismiss"),
    "appearance": mark("Light, dark, contrast"),
    "help": mark("Help"),
    "not_now": mark("Not now"),
    "open_page": mark("Opens in your browser"),
    "pages": mark("Pages"),
    "quit": mark("Quit"),
    "refresh": mark("Refresh"),
    "show_less": mark("Show less"),
    "show_more": mark("Show more"),
    "try_again": mark("Try again"),
    "working": mark("One moment"),
    "yes": mark("Yes"),
    "no": mark("No"),
}

_YOUR_INFO = {
    "nobody": mark("Nobody is signed in"),
    "signing_in_means": mark(
        "An account brings your license back after a reinstall or new hardware, without the product key. It "
        "is an account with the publisher: signing in here never touches how you sign in to this computer."
    ),
    "signed_in_means": mark(
        "Your licenses can be linked to this account, so that they come back by signing in."
    ),
    "sign_in": mark("Sign in with an account instead"),
    "sign_in_by_code": mark("Sign in with a code on another device"),
    "create_account": mark("Create an account"),
    "sign_out": mark("Sign out"),
    "signing_in": mark("Waiting for you to sign in"),
    "look_at_browser": mark("Your browser opens. Sign in there, then come back."),
    "open_again": mark("If your browser did not open, go to this address"),
    "getting_code": mark("Getting a code"),
    "type_code": mark("Scan this with your phone, or open the address on any device and type the code."),
    "address": mark("Address"),
    "code": mark("Code"),
    "qr_code": mark("QR code of the address, with the code in it"),
    "good_for": mark("The code is good for {minutes} minutes."),
    "welcome": mark("You are signed in as {account}"),
    "signed_out": mark("You are signed out on this computer. What is activated stays activated."),
    "signed_out_alone": mark(
        "You are signed out on this computer, but the activation service could not be told: look over the "
        "devices on your account page."
    ),
    "linking": mark("Linking the license"),
    "link": mark("Link this license"),
    "link_undone": mark("You can undo it on this page, in one step."),
    "unlink": mark("Unlink this license"),
    "unlink_means": mark("The program stays activated, and signing in no longer brings the license back."),
    "unlink_question": mark("Unlink this license from your account?"),
    "key_confirms": mark("Product key, if you have it: it confirms the link at once"),
    "related_support": mark("Related support"),
    "sign_in_help": mark("Help with signing in"),
    "account_page": mark("Your account page"),
    "contact_publisher": mark("Contact the publisher"),
}

_DEVICES = {
    "devices_mean": mark("These devices and licenses belong to your account."),
    "devices_need_account": mark("Sign in to see the devices and licenses of your account."),
    "no_devices": mark("Your account holds no license yet. Link the one that is used here, on Your info."),
    "device_list": mark("Devices"),
    "license_list": mark("Licenses"),
    "here": mark("This computer"),
    "used_here": mark("Used on this computer"),
    "free": mark("Free its seat"),
    "free_question": mark(
        "Free the seats of {device}? Programs there are no longer activated, soon or when they next renew."
    ),
    "freed": mark("The seats of {device} are free"),
    "free_all": mark("Free all seats"),
    "every_device": mark("All your devices"),
    "free_all_question": mark("Free every seat of your licenses, this computer's too?"),
    "freed_all": mark("All seats of your licenses are free"),
    "rename": mark("Rename"),
    "new_name": mark("New name"),
    "renamed": mark("The device is called {device} now"),
}

_ACTIVATION = {
    "activation_state": mark("Activation state"),
    "activating": mark("Activating"),
    "activate": mark("Activate"),
    "activate_again": mark("Activate with the license of this hardware"),
    "this_hardware": mark("License of this hardware"),
    "this_hardware_means": mark("A computer that was activated before comes back without the key."),
    "product_key": mark("Product key"),
    "change_key": mark("Change product key"),
    "use_suggestion": mark("Use the corrected key"),
    "perhaps": mark("Perhaps {key}"),
    "renewing": mark("Renewing the license"),
    "renew": mark("Renew now"),
    "renewal": mark("Renewal"),
    "renewal_means": mark("The license renews by itself. Renew it now if the publisher has changed it."),
    "elsewhere": mark("Use the license on another computer"),
    "elsewhere_means": mark("Activating here again within 24 hours costs nothing."),
    "deactivate": mark("Free this computer's seat"),
    "deactivate_question": mark(
        "Free this computer's seat? The program is no longer activated here; activating again within 24 "
        "hours costs nothing."
    ),
    "deactivated": mark(
        "This computer's seat is free. Within 24 hours, activating here again costs nothing."
    ),
    "before_hardware": mark("Before you change hardware"),
    "link_first": mark("Link your license first"),
    "what_it_adds": mark("What activation adds"),
    "advice": mark("Good to know"),
    "troubleshoot": mark("Troubleshoot"),
    "trouble": mark("Problems with activation"),
    "changed_hardware": mark("I changed hardware on this device recently"),
    "troubleshoot_needs_account": mark(
        "If your license was linked to your account, sign in: your devices are listed then, and you choose "
        "the one that this computer was. Else type the product key."
    ),
    "looking_for_devices": mark("Looking for your devices"),
    "which_device": mark("Which of these devices are you using right now?"),
    "no_candidates": mark(
        "No device uses a license of your account for this program. If your license was not linked, type "
        "the product key, or contact the publisher."
    ),
    "likely": mark("Most likely this one"),
    "this_device": mark("This is the device I'm using right now"),
    "reactivating": mark("Taking your license along to this device"),
    "first_run": mark("Activate {product}"),
    "later": mark("Later"),
}

_PRIVACY = {
    "shares_nothing": mark("This program shares nothing with anybody else, and sends nothing optional"),
    "shares_agreed": mark("This program sends what you agreed to, and shares nothing with anybody else"),
    "nobody_else": mark("This program shares nothing with anybody else"),
    "you_decide": mark("You decide"),
    "choices_mean": mark("Everything here is off until you agree, and off again as soon as you withdraw it."),
    "choices_need_account": mark(
        "Without an account nothing optional is sent. Sign in to see what you are asked for."
    ),
    "nothing_asked": mark("You are asked for nothing beyond what is necessary."),
    "not_asked_any_more": mark("This is not asked for any more: you can only withdraw it."),
    "agree": mark("Agree"),
    "withdraw": mark("Withdraw"),
    "agreed_now": mark("You agreed: {choice}. You can withdraw it here at any time."),
    "withdrawn_now": mark("Withdrawn: {choice}"),
    "all_choices": mark("Everything optional"),
    "share_nothing": mark("Share nothing"),
    "nothing_shared": mark("You share nothing that is optional"),
    "asked_changed": mark(
        "What you are asked for has changed meanwhile. Nothing was done: please read it once more."
    ),
    "on": mark("On"),
    "purposes": mark("What data is used for"),
    "necessary": mark("Necessary for activation"),
    "always_on": mark("Always on"),
    "necessary_is": mark(
        "Keyed hashes of the hardware, the product and its edition, the versions of the program and the "
        "operating system, and times. It is sent when you activate; at each renewal the hashes, the "
        "program's version and the certificate's number."
    ),
    "linking_purpose": mark("Your account"),
    "your_choice": mark("Your choice, on Your info"),
    "linking_is": mark(
        "Linking keeps your account's address, the license and its devices together. Unlinking undoes it."
    ),
    "off": mark("Off"),
    "partners": mark("Partners and offers"),
    "partners_are": mark("Nobody else receives anything: no partners, no advertisers."),
    "preview_title": mark("Exactly what activating sends"),
    "preview_note": mark(
        "The product key goes along when you type one. Hardware is sent as keyed hashes only: serial numbers "
        "never leave this computer."
    ),
    "preview_whole": mark("The whole message"),
    "reading_hardware": mark("Reading what would be sent; nothing is sent by looking"),
    "privacy_policy": mark("The publisher's page on privacy"),
}

_ABOUT = {
    "product": mark("Product"),
    "publisher": mark("Publisher"),
    "activated_by": mark("Activated by"),
    "support_code": mark("Support code"),
    "support_code_means": mark("Give this to support: it has no key, no hardware and no name in it."),
    "certificate": mark("Certificate"),
    "no_certificate": mark("No certificate is held here: {product} was not activated yet"),
    "certificate_genuine": mark("Genuine: the publisher of {product} signed it"),
    "certificate_not_genuine": mark(
        "Not genuine: the publisher of {product} did not sign it. Believe nothing of it"
    ),
    "reading_certificate": mark("Reading the certificate"),
    "connection": mark("Connection"),
    "check_connection": mark("Check the connection"),
    "trying_connection": mark("Trying the activation service"),
    "reachable": mark("The activation service can be reached"),
    "unreachable": mark("The activation service cannot be reached. The program keeps working meanwhile."),
}

LABELS: Mapping[str, str] = {
    **_PAGES, **_EVERYWHERE, **_YOUR_INFO, **_DEVICES, **_ACTIVATION, **_PRIVACY, **_ABOUT
}  # fmt: skip
"""For each name of a label, its words in English."""


def labels_in(language: str) -> Mapping[str, str]:
    """Return every label in a language."""
    say = translator(language).gettext
    return {name: say(message) for name, message in LABELS.items()}

"""An authenticator app in a few lines: it reads the key from a page and shows codes."""

import html
import re
from base64 import b32decode

from mooring.server.identity.domain.credentials.one_time_codes import code_of, step_at


class App:
    """The app on somebody's phone, with the key of one account."""

    def __init__(self, page):
        """Take the key from the page that shows it."""
        self.key = re.search(r'id="secret">([^<]+)<', page)[1]
        letters = self.key.replace(" ", "")
        self.secret = b32decode(letters + "=" * (-len(letters) % 8))

    def shows(self, at, *, steps=0):
        """Return the code shown at this time, or so many steps later."""
        return code_of(self.secret, step_at(at) + steps)


def codes_on(page):
    """Return the recovery codes that a page shows."""
    return [html.unescape(code) for code in re.findall(r'<li class="code">([^<]+)</li>', page)]

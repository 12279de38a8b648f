# SPDX-License-Identifier: GPL-2.0-or-later
"""The common set-up: two users on one server, each behind a proxy."""

from . import client, liar, process, prosody, proxy, tap

ROMEO = "romeo@montague.lit"
JULIET = "juliet@capulet.lit"
PASSWORDS = {ROMEO: "m0ntague <&> \u00e9", JULIET: "c4pulet"}
ROOMS = "rooms.capulet.lit"


class Scene:
    """
    with Scene() as scene: romeo@montague.lit/orchard and
    juliet@capulet.lit/balcony, contacts of each other, online, with the plugin
    loaded if `plugin`; `scene.romeo`, `scene.romeo_proxy` and so on.

    login: whether they are logged in already
    lying: the server lies on demand: `scene.romeo_liar`, `scene.juliet_liar`
    accounts, contacts: more than the two
    server: one that is up already and has the accounts, instead of a Prosody
    policy, environment: of all clients, as Client has them
    Other arguments are Prosody's.
    """

    def __init__(self, plugin=True, login=True, lying=False, accounts=None,
                 contacts=(), policy="manual", environment=None, server=None,
                 **options):
        self._plugins = [client.CORE] if plugin else []
        self._login = login
        self._lying = lying
        self._policy = policy
        self._environment = environment
        self._accounts = dict(PASSWORDS, **(accounts or {}))
        self._contacts = [(ROMEO, JULIET), *contacts]
        self.server = server
        self._options = options
        self.clients = []
        self.proxies = []

    def __enter__(self):
        try:
            self._build()
        except BaseException:
            self._tear_down(failed=True)
            raise
        return self

    def _build(self):
        self.server = self.server or prosody.Prosody(
            self._accounts, self._contacts, **self._options)
        self.romeo_proxy = self.add_proxy()
        self.juliet_proxy = self.add_proxy()
        if self._lying:
            self.romeo_liar = liar.Liar(self.romeo_proxy)
            self.juliet_liar = liar.Liar(self.juliet_proxy)
        self.romeo = self.add_client("romeo")
        self.juliet = self.add_client("juliet")
        if self._login:
            self.login(self.romeo, f"{ROMEO}/orchard", self.romeo_proxy)
            self.login(self.juliet, f"{JULIET}/balcony", self.juliet_proxy)
            self.romeo.expect("presence", who=JULIET, online=True)
            self.juliet.expect("presence", who=ROMEO, online=True)

    def add_proxy(self, port=None, raw=False):
        made = proxy.Proxy(port or self.server.port,
                           raw or self.server.encrypted)
        self.proxies.append(made)
        return made

    def add_client(self, name, plugins=None, folder=None, **options):
        """options: more of client.Client"""
        made = client.Client(
            name, self._plugins if plugins is None else plugins, folder,
            environment=self._environment, policy=self._policy, **options)
        self.clients.append(made)
        if self.server.encrypted:
            self.server.be_trusted_by(made)
        return made

    def password(self, jid):
        return self._accounts[jid.split("/")[0]]

    def login(self, who, jid, through=None, **options):
        return who.login(jid, self.password(jid),
                         (through or self.server).port, **options)

    def go_private(self, starter=None, other=None):
        """Starts with `/xtls start` on one side and waits for both. Returns
        the two events."""
        starter = starter or self.romeo
        other = other or self.juliet
        starter.xtls(other.account, "start")
        return tuple(
            one.expect_state(lambda s: s in ("unverified", "private",
                                             "new-key"),
                             who=peer.account)
            for one, peer in ((starter, other), (other, starter)))

    def assert_nothing_leaked(self, *texts):
        """Asserts that neither these texts nor any body or chat state was on
        the wire in clear."""
        forbidden = ("<body", "http://jabber.org/protocol/chatstates",
                     "http://jabber.org/protocol/xhtml-im")
        for through in self.proxies:
            found = through.leaks(*texts)
            assert not found, f"in clear on the wire: {found}"
            for unit in through.stanzas():
                if unit.name == "message":
                    for word in forbidden:
                        assert word.encode() not in unit.raw, unit
        for one in self.clients:
            debug = one.debug()
            for text in texts:
                assert text not in debug, f"{text!r} in {one.name}'s debug log"

    # --- end ------------------------------------------------------------------

    def __exit__(self, kind, error, trace):
        self._tear_down(failed=kind is not None)

    def _tear_down(self, failed):
        """A client that still runs must end without errors, too."""
        try:
            if not failed:
                for one in self.clients:
                    if one.process.poll() is None:
                        one.quit()
                    elif one.process.returncode > 0:
                        raise AssertionError(
                            f"{one.name} ended by itself with"
                            f" {one.process.returncode}")
                for through in self.proxies:
                    assert not through.errors, "".join(through.errors)
        except BaseException:
            failed = True
            raise
        finally:
            if failed:
                self._tell()
            for through in self.proxies:
                through.close()
            process.clean_up()

    def _tell(self):
        for one in self.clients:
            code = one.process.poll()
            tap.diagnose(f"--- {one.name}: "
                         + ("still running" if code is None else f"exit {code}"))
            for event in one.history[-12:]:
                tap.diagnose(str(event)[:400])
            tap.diagnose("\n".join(one.errors().split("\n")[-60:]))
            tap.diagnose("debug: " + "\n".join(
                line[:300] for line in one.debug().split("\n")[-12:]))
        for through in self.proxies:
            for text in through.errors:
                tap.diagnose(text)
            for record in through.records[-6:]:
                tap.diagnose(f"{record.direction} {record.unit}")

# SPDX-License-Identifier: GPL-2.0-or-later
"""The user can decide about held messages more than once."""

import re

from xtlstest import check, client, tap
from xtlstest.scene import JULIET, ROMEO, Scene
from test_menus import xtls_menu


def hold_one(scene, text="parting"):
    scene.go_private()
    scene.juliet.xtls(ROMEO, "end")
    scene.romeo.expect_state("finished")
    scene.romeo.say(JULIET, text)
    scene.romeo.expect_message(re.compile(check.HELD))


def test_keep_waiting_is_not_final():
    with Scene() as scene:
        romeo = scene.romeo
        try:
            romeo.xtls(JULIET, "held")
        except client.Failed as failure:
            assert "No message is held." in str(failure.answer), failure.answer
        else:
            raise AssertionError("there was something to decide")
        hold_one(scene)
        for _ in range(2):
            romeo.xtls(JULIET, "held")
            dialog = romeo.expect("request", title="Messages are held")
            assert romeo.status(JULIET)["choice_waits"]
            romeo.answer(dialog, "Keep waiting")
            check.assert_state(romeo, JULIET, "finished", held=1,
                               choice_waits=False)
        xtls_menu(romeo, JULIET, entry="_Held messages (1)…")
        romeo.answer(romeo.expect("request", title="Messages are held"),
                     "Send unencrypted")
        scene.juliet.expect_message(re.compile("parting"))
        check.assert_state(romeo, JULIET, "not-private", held=0)


def test_required_does_not_offer_to_send_unencrypted():
    with Scene() as scene:
        romeo = scene.romeo
        hold_one(scene)
        romeo.xtls(JULIET, "policy required")
        romeo.xtls(JULIET, "held")
        dialog = romeo.expect("request", title="Messages are held")
        assert dialog["buttons"] == ["_Keep waiting", "_Discard"], dialog
        try:
            romeo.api("choose", ROMEO, JULIET, "send")
        except client.Failed as failure:
            assert "unencrypted" in str(failure.answer), failure.answer
        else:
            raise AssertionError("it was sent")
        romeo.answer(dialog, "Discard")
        romeo.expect_message("The message “parting” was not sent.")
        scene.assert_nothing_leaked("parting")


if __name__ == "__main__":
    tap.run(globals())

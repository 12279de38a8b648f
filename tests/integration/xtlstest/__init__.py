# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of integration tests: a private Prosody, headless clients, a proxy
between them that sees and spoils what passes, and a small TAP runner."""

# SPDX-License-Identifier: GPL-2.0-or-later
"""Parts of integration tests: a private Prosody, headless clients, a proxy
between them that records and changes the traffic, and what runs the tests."""

# SPDX-License-Identifier: Apache-2.0
"""Which permissions a request needs, and what became of it: pure."""

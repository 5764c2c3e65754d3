# SPDX-License-Identifier: Apache-2.0
"""The world outside: the only package that knows httpx, threads and event loops."""

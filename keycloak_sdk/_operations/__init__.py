# SPDX-License-Identifier: Apache-2.0
"""Every rule of the protocol, once: coroutines over the `Io` port.

An operation awaits `self.io` and other operations, nothing else. Its docstring and signature are printed
onto both public twins by `spec/twins.py`.
"""

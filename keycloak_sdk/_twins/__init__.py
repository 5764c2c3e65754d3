# SPDX-License-Identifier: Apache-2.0
# Do not edit: printed by `make generate`.
"""The public methods, printed from the operations: each in two forms, `x` and `a_x`."""
